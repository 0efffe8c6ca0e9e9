"""One narrow cut from a landscape clip: the window follows, the panel lies over it, ffmpeg encodes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.capture.cut_av import told
from appliance.capture.cuts import lower_third, reframe
from appliance.capture.cuts.lower_third import Words
from appliance.capture.cuts.nicest_ffmpeg import run_ffmpeg
from appliance.capture.cuts.reframe import Focus
from appliance.capture.cuts.shape import Shape, Window, window
from appliance.capture.film_libraries import av

if TYPE_CHECKING:
    from appliance.capture.cuts.sights import Sight

_PANEL_S = (0.4, 5.4)
_USUAL_RATE = 30.0
_ENCODER = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-g", "60")


@dataclass(frozen=True, slots=True)
class Source:
    """A film as it lies there."""

    width: int
    height: int
    rate: float
    has_sound: bool


def look_at(film: Path) -> Source:
    """Size and rate of ``film``; ``capture.cut_failed`` if it is none."""
    with told(), av.open(str(film), format="mp4") as opened:
        video = opened.streams.video[0]
        rate = float(video.average_rate or _USUAL_RATE)
        return Source(video.codec_context.width, video.codec_context.height, rate, bool(opened.streams.audio))


def encode(
    film: Path, shape: Shape, between_ms: tuple[int, int], sights: Sequence[Sight], words: Words, into: Path
) -> None:
    """Write that stretch of ``film`` in that shape to ``into``; its sound is levelled already.

    Raises ``capture.cut_failed``. Costs little more than the encoding itself: nothing is decoded twice but
    key frames, and the window is moved by ffmpeg's own crop filter.
    """
    source = look_at(film)
    begin_s, seconds = between_ms[0] / 1000, (between_ms[1] - between_ms[0]) / 1000
    part = window(source.width, source.height, shape)
    found = [Focus(sight.at_s - begin_s, sight.focus.x) for sight in sights]
    edges = reframe.path(found, source.width, part.width, source.rate, seconds)
    with tempfile.TemporaryDirectory(prefix="cut-") as folder:
        moves = Path(folder) / "moves.txt"
        told_moves = _moves(edges, source.rate)
        moves.write_text(told_moves, "ascii")
        follow = f"sendcmd=f={moves}," if told_moves else ""  # ffmpeg refuses an empty list
        panel = Path(folder) / "panel.png"
        titled = bool(words.title or words.place)
        if titled:
            lower_third.draw(words, shape.width, shape.height, panel)
        run_ffmpeg(
            (
                *("-v", "error", "-ss", f"{begin_s:.3f}", "-t", f"{seconds:.3f}", "-i", str(film)),
                *(("-i", str(panel)) if titled else ()),
                *(
                    "-filter_complex",
                    _graph(source, part, shape, edges[0], follow, titled=titled),
                    "-map",
                    "[out]",
                ),
                *(("-map", "0:a:0", "-c:a", "aac", "-b:a", "160k") if source.has_sound else ()),
                *(*_ENCODER, "-movflags", "+faststart", "-f", "mp4", str(into)),
            )
        )


def _graph(source: Source, part: Window, shape: Shape, first: int, follow: str, *, titled: bool) -> str:
    top = (source.height - part.height) // 4 * 2
    picture = (
        f"[0:v]{follow}crop@window=w={part.width}:h={part.height}:x={first}:y={top}:exact=1,"
        f"scale={shape.width}:{shape.height}:flags=fast_bilinear,setsar=1"
    )
    if not titled:
        return f"{picture}[out]"
    from_s, until_s = _PANEL_S
    where = f"x=0:y=H*13/16-h/2:enable='between(t,{from_s},{until_s})'"
    return f"{picture}[cut];[cut][1:v]overlay={where}[out]"


def _moves(edges: Sequence[int], rate: float) -> str:
    """For ffmpeg's sendcmd: where the window goes, only when it goes."""
    lines = [
        f"{picture / rate:.4f} crop@window x {edge};"
        for picture, (before, edge) in enumerate(pairwise(edges), 1)
        if edge != before
    ]
    return "\n".join(lines)
