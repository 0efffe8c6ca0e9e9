"""How a film is made to fit a board: a pure plan, which is also the ffmpeg line for those who want it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cache.boards import TABLE, Board
from cache.probe import FilmFacts, Transfer

_HEIGHTS = (2160, 1440, 1080, 900, 720, 576, 480, 360, 240)
_MOST_FPS = 30.5
"""Above it every second picture is left out: films are not made of more, and a projector shows no more."""
_UNKNOWN_FPS = 25.0
_KEY_EVERY_S = 2
_TRANSFER_NAMES = {Transfer.PQ: "smpte2084", Transfer.HLG: "arib-std-b67"}
"""As ffmpeg's zscale filter calls them."""
_TO_SDR = (
    "zscale=tin={transfer}:min=bt2020nc:pin=bt2020:t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"
    "tonemap=tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the converted film will be, and ffmpeg's arguments between input and output."""

    width: int
    height: int
    fps: float
    arguments: tuple[str, ...]

    def line(self, source: str, target: str) -> str:
        """What a person types."""
        return shlex.join(["ffmpeg", "-i", source, *self.arguments, target])

    def facts(self, before: FilmFacts) -> FilmFacts:
        """What a probe will find in the converted film."""
        return replace(
            before,
            video_codec="h264",
            width=self.width,
            height=self.height,
            fps=self.fps,
            pixel_format="yuv420p",
            bit_depth=8,
            transfer=Transfer.SDR,
            rotation_degrees=0,
            sample_aspect=1.0,
            interlaced=False,
            variable_rate=False,
            keyframe_ms=_KEY_EVERY_S * 1000,
            bitrate_kbps=min(before.bitrate_kbps, 1),
            ends_at_ms=None,
            damaged_ms=(),
        )


def plan(facts: FilmFacts, board: Board) -> Plan:
    """Fit ``facts`` to what plays easily on ``board``: H.264 and AAC in MP4, upright, square pixels, SDR."""
    fps = facts.fps or _UNKNOWN_FPS
    while fps > _MOST_FPS:
        fps /= 2
    width, height = _size(facts, board, fps)
    most_kbps = TABLE[board].easy_kbps * 9 // 10
    sound = ("-c:a", "aac", "-b:a", "192k") if facts.audio_codec else ()
    return Plan(
        width,
        height,
        fps,
        (
            *("-map", "0:V:0", "-map", "0:a?"),
            *("-vf", ",".join(_filters(facts, width, height))),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high"),
            *("-pix_fmt", "yuv420p", "-maxrate", f"{most_kbps}k", "-bufsize", f"{2 * most_kbps}k"),
            *("-r", f"{fps:g}", "-g", str(max(1, round(fps * _KEY_EVERY_S)))),
            *sound,
            *("-movflags", "+faststart"),
        ),
    )


def default_name(name: str, board: Board) -> str:
    """``film.pi4.mp4`` for ``film.mov``."""
    return f"{Path(name).stem}.{board}.mp4"


def _filters(facts: FilmFacts, width: int, height: int) -> Iterator[str]:
    if facts.interlaced:
        yield "bwdif=mode=send_frame"
    if facts.transfer in _TRANSFER_NAMES:
        yield _TO_SDR.format(transfer=_TRANSFER_NAMES[facts.transfer])
    yield f"scale={width}:{height}"
    yield "setsar=1"
    yield "format=yuv420p"


def _size(facts: FilmFacts, board: Board, fps: float) -> tuple[int, int]:
    """The largest even size of the same shape that plays easily; never larger than the film is."""
    able = TABLE[board]
    wide, high = facts.width * facts.sample_aspect, float(facts.height)
    if facts.rotation_degrees in {90, 270}:
        wide, high = high, wide
    for most_high in (high, *(height for height in _HEIGHTS if height < high)):
        width, height = _even(wide * most_high / high), _even(most_high)
        long, short = max(width, height), min(width, height)
        if (
            width * height * fps <= able.codecs["h264"].easy
            and long <= able.most_width
            and short <= able.most_height
        ):
            return width, height
    return _even(_HEIGHTS[-1] * min(4.0, max(0.25, wide / high))), _HEIGHTS[-1]


def _even(length: float) -> int:
    return max(2, round(length / 2) * 2)
