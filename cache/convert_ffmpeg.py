"""Converting by ffmpeg, walled in and at the lowest priority: the only caller of the program for that."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

from appliance.errors import MatineeError
from cache.convert import Plan
from cache.durable import sync_folder
from cache.probe import FilmFacts
from cache.probe_sandbox import SandboxedProbe
from cache.workshop import workshop

_TOO_EARLY = 0.02
"""Before this share the time left would be a guess."""
_FORMATS = "mov,mp4,m4a,matroska,webm,mpegts,avi,ogg,mpeg,asf,flv,mxf"


@dataclass(frozen=True, slots=True)
class Done:
    """How far a conversion is: 0 to 1, and how long it will still take; None while that is not known."""

    share: float
    left_s: float | None


Progress = Callable[[Done], None]


def _silent(_: Done) -> None:
    pass


def convert(
    source: Path,
    target: Path,
    facts: FilmFacts,
    plan: Plan,
    progress: Progress = _silent,
    stop: Event | None = None,
) -> FilmFacts:
    """Make ``target`` from ``source`` and return what the probe finds in it.

    Whole or not there: an exception, ``stop`` or a power cut leaves what was at ``target`` before. Raises
    ``media.not_converted``, ``media.no_ffmpeg``, ``media.same_file``.
    """
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        raise MatineeError("media.no_ffmpeg")
    if target.exists() and target.samefile(source):
        raise MatineeError("media.same_file", path=target)
    with _beside(target) as beside:
        _run(ffmpeg, source.absolute(), beside, facts, plan, progress, stop or Event())
        found = SandboxedProbe().film(beside, target.name)
        with beside.open("rb") as made:
            os.fsync(made.fileno())
        beside.replace(target)
        sync_folder(target.parent)
    return found


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder of its own beside ``target``: the only place where ffmpeg may write."""
    try:
        with workshop(target.absolute().parent) as folder:
            yield folder / "film.mp4"
    except OSError as fault:
        raise MatineeError("media.not_converted", name=target.name, fault=fault.strerror or fault) from fault


def _run(
    ffmpeg: str, source: Path, target: Path, facts: FilmFacts, plan: Plan, progress: Progress, stop: Event
) -> None:
    command = [
        *(sys.executable, "-I", "-m", "cache.confined_run", str(target.parent), str(source)),
        *(ffmpeg, "-nostdin", "-v", "error", "-nostats", "-progress", "pipe:1"),
        *("-protocol_whitelist", "file", "-format_whitelist", _FORMATS, "-i", str(source)),
        *plan.arguments,
        str(target),
    ]
    words: deque[str] = deque(maxlen=3)
    with _started(command) as child:
        listener = Thread(target=words.extend, args=(child.stderr,), daemon=True)
        listener.start()
        try:
            _follow(child, facts.duration_ms, progress, stop)
        except BaseException:
            child.kill()
            raise
        finally:
            child.wait()
            listener.join()
    if stop.is_set():
        raise MatineeError("media.not_converted", name=source.name, fault="it was stopped")
    if child.returncode != 0:
        said = " ".join(word.strip() for word in words) or f"ffmpeg ended with {child.returncode}"
        raise MatineeError("media.not_converted", name=source.name, fault=said[:300])


def _follow(child: subprocess.Popen[str], duration_ms: int, progress: Progress, stop: Event) -> None:
    for done in _progress(child.stdout or (), duration_ms):
        progress(done)
        if stop.is_set():
            child.kill()
            return


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )


def _progress(lines: Iterable[str], duration_ms: int) -> Iterator[Done]:
    """Turn ffmpeg's ``-progress`` lines (microseconds made; "N/A" at first) into how far and how long."""
    began = time.monotonic()
    for line in lines:
        key, _, value = line.strip().partition("=")
        if key == "out_time_us" and value.isdigit():
            share = min(1.0, int(value) / 1000 / max(1, duration_ms))
            took_s = time.monotonic() - began
            yield Done(share, took_s * (1 - share) / share if share > _TOO_EARLY else None)
