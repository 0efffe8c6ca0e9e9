"""The probe of every box: looks into a film from a child process that can do nothing but read it.

A crash, a hang or a greedy parser ends the child, and becomes one sentence here.
"""

from __future__ import annotations

import os
import select
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from appliance.errors import MatineeError
from cache.probe import FilmFacts, Trial
from cache.probe_wire import NO_WALLS, Answer, Ask, Found, Refused, Share, Tried

_MEMORY_BYTES = 1 << 30
_TRIAL_MEMORY_BYTES = 3 << 30
"""Decoding on several threads keeps a picture, and a stack, for each."""
_BASE_S = 60.0
_SLOWEST_BYTES_S = 2e6
"""A film is read at least this fast, sound decoded on the way, on the slowest board."""
_TRIAL_S = 8.0
_LONGEST_ANSWER = 1 << 20

_MUTE = "looking into it gave no answer"
_HANG = "looking into it takes for ever"
_CRASH = "it is damaged so badly that looking into it failed"
_GREEDY = "looking into it takes more than any film should"

_DECODER: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)

Progress = Callable[[float], None]


def _silent(_: float) -> None:
    pass


class SandboxedProbe:
    """See `cache.probe.Probe`. One child for each look."""

    def __init__(self, stall_s: float = 30.0) -> None:
        """``stall_s``: a child that is silent for so long hangs. The whole look may take longer."""
        self._stall_s = stall_s

    def film(self, path: Path, name: str, progress: Progress = _silent) -> FilmFacts:
        """Read all of the film: facts, loudness, damage. ``media.not_a_film``, ``media.not_found``."""
        return self._facts(path, name, "whole", progress)

    def glance(self, path: Path, name: str) -> FilmFacts:
        """Read its beginning only: no loudness, no damage further on; a fraction of a second."""
        return self._facts(path, name, "look", _silent)

    def trial(self, path: Path, name: str, seconds: float = _TRIAL_S) -> Trial:
        """Decode ``seconds`` of the film as fast as this machine can."""
        cpu_s = round(4 * seconds * (os.cpu_count() or 1)) + 20
        ask = Ask(name, "trial", _TRIAL_MEMORY_BYTES, cpu_s, seconds)
        match self._last_answer(path, ask, _silent):
            case Tried(trial):
                return trial
            case _:
                raise _not_a_film(name, _MUTE)

    def _facts(self, path: Path, name: str, what: str, progress: Progress) -> FilmFacts:
        ask = Ask(name, "whole" if what == "whole" else "look", _MEMORY_BYTES, round(_most_s(path)))
        match self._last_answer(path, ask, progress):
            case Found(facts):
                return facts
            case _:
                raise _not_a_film(name, _MUTE)

    def _last_answer(self, path: Path, ask: Ask, progress: Progress) -> Answer:
        with _opened(path) as source, _running(source, ask) as child:
            for line in _lines(child, self._stall_s, ask.name):
                answer = _answer_in(line, ask.name)
                match answer:
                    case Share(done):
                        progress(min(1.0, max(0.0, done)))
                    case Refused(reason):
                        raise _not_a_film(ask.name, reason[:200] or _MUTE)
                    case _:
                        return answer
            child.wait()
            if child.returncode == NO_WALLS:
                raise MatineeError("media.no_walls", name=ask.name)
            raise _not_a_film(ask.name, _why(child.returncode))


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        # O_NONBLOCK: a pipe that nobody writes to must not hold us.
        source = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as fault:
        raise MatineeError("media.not_found", path=path) from fault
    try:
        if not stat.S_ISREG(os.fstat(source).st_mode):
            raise MatineeError("media.not_found", path=path)
        if os.fstat(source).st_size == 0:
            raise MatineeError("media.empty", path=path)
        yield source
    finally:
        os.close(source)


@contextmanager
def _running(source: int, ask: Ask) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-I", "-m", "cache.probe_child", msgspec.json.encode(ask).decode()]
    child = subprocess.Popen(
        command,
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        cwd="/",
    )
    with child:
        try:
            yield child
        finally:
            if child.poll() is None:
                child.kill()


def _lines(child: subprocess.Popen[bytes], stall_s: float, name: str) -> Iterator[bytes]:
    """Yield what the child says, by lines; ``media.not_a_film`` if it falls silent or never ends."""
    if child.stdout is None:
        return
    said, ears = b"", select.poll()
    ears.register(child.stdout, select.POLLIN)
    while len(said) < _LONGEST_ANSWER:
        if not ears.poll(stall_s * 1000):
            raise _not_a_film(name, _HANG)
        block = os.read(child.stdout.fileno(), 1 << 16)
        if not block:
            return
        *whole, said = (said + block).split(b"\n")
        yield from whole
    raise _not_a_film(name, _MUTE)


def _answer_in(line: bytes, name: str) -> Answer:
    try:
        return _DECODER.decode(line)
    except msgspec.DecodeError as fault:
        raise _not_a_film(name, _MUTE) from fault


def _why(status: int) -> str:
    return _GREEDY if status in {-signal.SIGXCPU, -signal.SIGKILL} else _CRASH


def _most_s(path: Path) -> float:
    """CPU seconds for a look: by the bytes that are really on the disk, for a sparse file claims any size."""
    try:
        stored = path.stat().st_blocks * 512
    except OSError:
        stored = 0
    return _BASE_S + stored / _SLOWEST_BYTES_S


def _not_a_film(name: str, reason: str) -> MatineeError:
    return MatineeError("media.not_a_film", name=name, reason=reason)
