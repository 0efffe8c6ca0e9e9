"""Pieces of clips become one film, with the evening's name over its beginning; ffmpeg encodes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from appliance.capture.cuts import lower_third
from appliance.capture.cuts.encode import look_at
from appliance.capture.cuts.lower_third import Words
from appliance.capture.cuts.nicest_ffmpeg import run_ffmpeg

WIDTH, HEIGHT = 1280, 720
_FADE_S = 0.12
_PANEL_S = (0.4, 4.4)
_CODED = (
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "22", "-pix_fmt", "yuv420p"),
    *("-g", "30", "-bf", "0"),
)
_HEARD = ("-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-ac", "2")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of one film, in seconds."""

    film: Path
    from_s: float
    seconds: float


def join(stretches: Sequence[Stretch], words: Words, into: Path) -> None:
    """Write them one after another to ``into``; cameras of other sizes get bars. ``capture.cut_failed``."""
    with tempfile.TemporaryDirectory(prefix="reel-") as folder:
        panel = Path(folder) / "panel.png"
        lower_third.draw(words, WIDTH, HEIGHT, panel)
        inputs = [
            part
            for one in stretches
            for part in ("-ss", f"{one.from_s:.3f}", "-t", f"{one.seconds:.3f}", "-i", str(one.film))
        ]
        run_ffmpeg(
            (
                *("-v", "error", *inputs, "-i", str(panel), "-filter_complex", _graph(stretches)),
                *("-map", "[out]", "-map", "[heard]", *_CODED, *_HEARD),
                *("-movflags", "+faststart", "-f", "mp4", str(into)),
            )
        )


def _graph(stretches: Sequence[Stretch]) -> str:
    parts: list[str] = []
    for at, one in enumerate(stretches):
        parts.append(
            f"[{at}:v]scale={WIDTH}:{HEIGHT}:force_original_aspect_ratio=decrease,"
            f"pad={WIDTH}:{HEIGHT}:-1:-1,fps=30,setsar=1,format=yuv420p[v{at}]"
        )
        silence = f"anullsrc=r=48000:cl=stereo:d={one.seconds:.3f},"
        heard = f"[{at}:a]" if look_at(one.film).has_sound else silence
        fades = f"afade=t=in:d={_FADE_S},afade=t=out:st={max(0.0, one.seconds - _FADE_S):.3f}:d={_FADE_S}"
        same = "aformat=sample_rates=48000:channel_layouts=stereo"
        parts.append(f"{heard}{same},apad,atrim=0:{one.seconds:.3f},{fades}[a{at}]")
    pairs = "".join(f"[v{at}][a{at}]" for at in range(len(stretches)))
    where = f"x=0:y=H*13/16-h/2:enable='between(t,{_PANEL_S[0]},{_PANEL_S[1]})'"
    return ";".join(
        (
            *parts,
            f"{pairs}concat=n={len(stretches)}:v=1:a=1[seen][heard]",
            f"[seen][{len(stretches)}:v]overlay={where}[out]",
        )
    )
