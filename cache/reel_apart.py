"""Joining in a child process: whoever asks keeps no film library in memory, and lives through a bad film.

The child is ``python -m cache.reel_apart ASK``; it answers with one line of JSON.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cache.confinement import die_with_parent
from cache.reel import Make, Part


class _Ask(msgspec.Struct, frozen=True):
    films: tuple[str, ...]
    reel: str | None = None
    """None: only how the one film is made is asked."""


class _Answer(msgspec.Struct, frozen=True):
    make: Make | None = None
    parts: tuple[Part, ...] | None = None


_ASKS = msgspec.json.Decoder(_Ask)
_ANSWERS = msgspec.json.Decoder(_Answer)


class ApartJoiner:
    """See `cache.reel.Joiner`; one child for each question. A child that dies is an odd film."""

    def make(self, film: Path) -> Make | None:
        """Read the container's head only."""
        return _asked(_Ask((str(film.absolute()),))).make

    def join(self, films: Sequence[Path], reel: Path) -> tuple[Part, ...] | None:
        """Atomic, as `cache.reel_av.AvJoiner` is: what a killed child leaves is a hidden file."""
        paths = tuple(str(film.absolute()) for film in films)
        return _asked(_Ask(paths, str(reel.absolute()))).parts


def _asked(ask: _Ask) -> _Answer:
    command = [sys.executable, "-I", "-m", "cache.reel_apart", msgspec.json.encode(ask).decode()]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    try:
        return _ANSWERS.decode(done.stdout)
    except msgspec.DecodeError:
        return _Answer()


def _answer(ask: _Ask) -> _Answer:
    from cache.reel_av import AvJoiner  # noqa: PLC0415 the child's alone: 16 MB

    films = [Path(film) for film in ask.films]
    if ask.reel is None:
        return _Answer(make=AvJoiner().make(films[0]))
    return _Answer(parts=AvJoiner().join(films, Path(ask.reel)))


if __name__ == "__main__":
    die_with_parent()
    sys.stdout.write(msgspec.json.encode(_answer(_ASKS.decode(sys.argv[1]))).decode())
