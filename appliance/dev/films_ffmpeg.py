"""Make or convert a film with ffmpeg, saying how far it is."""

from __future__ import annotations

import subprocess
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from threading import Thread

from appliance.errors import MatineeError

Report = Callable[[str], None]

PICTURE = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-g", "48")
SOUND = ("-c:a", "aac", "-b:a", "128k")
CAMERA = (
    *("-c:v", "libx264", "-profile:v", "baseline", "-preset", "veryfast", "-crf", "23"),
    *("-g", "25", "-keyint_min", "25", "-sc_threshold", "0"),
)
"""As cameras encode: no frames that look ahead, a whole picture each second."""

_STEP = 20
"""Say it every so many per cent."""


def graph_of(recipe: str) -> str:
    """Return the filter graph of a recipe: its lines joined, comments left out."""
    return "".join(line for line in recipe.splitlines() if not line.startswith("#"))


def make_film(target: Path, recipe: str, seconds: int, codecs: Sequence[str], report: Report) -> None:
    """Make ``target`` from a recipe with the outputs ``[v]`` and ``[a]``; ``dev.films_...`` if that fails."""
    graph = ("-filter_complex", graph_of(recipe), "-map", "[v]", "-map", "[a]", "-t", str(seconds))
    run_ffmpeg(target, [*graph, *codecs], seconds, report)


def run_ffmpeg(target: Path, arguments: Sequence[str], seconds: float, report: Report) -> None:
    """Run ffmpeg into a file beside ``target``, then put it in its place: it is whole or not there at all."""
    beside = target.with_suffix(".part.mp4")
    command = ["ffmpeg", "-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1", "-y"]
    command += [*arguments, "-movflags", "+faststart", str(beside)]
    try:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    except FileNotFoundError as fault:
        raise MatineeError("dev.films_no_ffmpeg") from fault
    with process:
        words: deque[str] = deque(maxlen=3)
        listener = Thread(target=words.extend, args=(process.stderr,), daemon=True)
        listener.start()
        for percent in _percents(process.stdout or (), seconds):
            report(f"{percent} %")
        listener.join()
    if process.returncode != 0:
        beside.unlink(missing_ok=True)
        said = " ".join(word.strip() for word in words) or f"ffmpeg ended with {process.returncode}."
        raise MatineeError("dev.films_not_made", name=target.name, fault=said)
    beside.replace(target)


def _percents(lines: Iterable[str], seconds: float) -> Iterator[int]:
    """Turn ffmpeg's ``-progress`` lines into 20, 40, 60, 80: microseconds made so far, "N/A" at first."""
    last = 0
    for line in lines:
        key, _, value = line.strip().partition("=")
        if key == "out_time_us" and value.isdigit():
            percent = int(int(value) / (seconds * 1e6) * 100) // _STEP * _STEP
            if last < percent < 100:  # noqa: PLR2004  # per cent
                last = percent
                yield percent
