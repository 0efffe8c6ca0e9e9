"""The stick's child: mounts what a stranger plugged in, then gives up everything but reading below it.

Run as ``python -m cache.stick_child WHERE``: a block device, or a folder. Says what films there are, then
gives stretches of files by request, until its standard input ends. Links, pipes and devices are not followed.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import msgspec

from cache.confinement import Limits, die_with_parent, read_below
from cache.stick_mount import mounted
from cache.stick_wire import DATA, END, FAULT, HEAD, LISTING, NO_WALLS, Fault, Listing, Read, StickFile

FILM_ENDINGS = frozenset(
    (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".mpg", ".mpeg", ".ts", ".m2ts", ".avi", ".mxf", ".ogv", ".wmv")
)
INDEX = "published/index.json"
MOST_ENTRIES = 20_000
MOST_FILMS = 500
_MOST_DEPTH = 8
_MOST_S = 20.0
_MEMORY_BYTES = 256 << 20
_CPU_S = 1800
_PIECE_BYTES = 256 * 1024
_HOLLOW_BYTES = 1 << 20
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_FOLDER = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC

Found = tuple[tuple[str, ...], os.DirEntry[str]]


def main(where: str) -> None:
    """Serve one stick."""
    die_with_parent()
    try:
        top = _opened(Path(where))
    except ValueError:
        _say(FAULT, Fault("format"))
        return
    except OSError as fault:
        _say(FAULT, Fault("mount", os.strerror(fault.errno or 0)))
        return
    questions = msgspec.json.Decoder(Read)
    try:
        read_below(Limits(_MEMORY_BYTES, _CPU_S), top)
    except OSError:
        os._exit(NO_WALLS)
    try:
        _say(LISTING, look(top))
    except OSError as fault:
        _say(FAULT, Fault("io", os.strerror(fault.errno or 0)))
        return
    for line in sys.stdin.buffer:
        _answer(top, questions.decode(line))


def look(top: int) -> Listing:
    """Walk, broad before deep, within bounds: what a person puts on a stick lies near its top."""
    films: list[StickFile] = []
    until = time.monotonic() + _MOST_S
    cut = False
    for seen, (parts, entry) in enumerate(_entries(top)):
        if seen >= MOST_ENTRIES or len(films) >= MOST_FILMS or time.monotonic() > until:
            cut = True
            break
        film = _film(parts, entry)
        if film is not None:
            films.append(film)
    return Listing(tuple(sorted(films, key=lambda film: film.path)), _is_file(top, INDEX), cut)


def _entries(top: int) -> Iterator[Found]:
    waiting: deque[tuple[str, ...]] = deque([()])
    known: set[tuple[int, int]] = set()
    while waiting:
        parts = waiting.popleft()
        try:
            folder = _folder(top, parts)
        except OSError:
            continue
        try:
            about = os.fstat(folder)
            if (about.st_dev, about.st_ino) in known:
                continue  # a damaged file system may hold itself
            known.add((about.st_dev, about.st_ino))
            with os.scandir(folder) as found:
                for entry in found:
                    yield parts, entry
                    if len(parts) < _MOST_DEPTH and _is_plain(entry.name) and _is_folder(entry):
                        waiting.append((*parts, entry.name))
        except OSError:
            continue
        finally:
            os.close(folder)


def _film(parts: tuple[str, ...], entry: os.DirEntry[str]) -> StickFile | None:
    if PurePosixPath(entry.name).suffix.lower() not in FILM_ENDINGS or not _is_plain(entry.name):
        return None
    try:
        about = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    if not stat.S_ISREG(about.st_mode) or about.st_size == 0:
        return None
    hollow = about.st_size > _HOLLOW_BYTES and about.st_blocks * 512 < about.st_size // 2
    return StickFile("/".join((*parts, entry.name)), about.st_size, hollow)


def _is_plain(name: str) -> bool:
    """A name that people give: no control characters, readable, and not what other systems hide."""
    return name.isprintable() and not name.startswith(".") and len(name) <= 255  # noqa: PLR2004 NAME_MAX


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(top: int, path: str) -> bool:
    try:
        os.close(_opened_file(top, path))
    except OSError:
        return False
    return True


def _answer(top: int, asked: Read) -> None:
    try:
        file = _opened_file(top, asked.path)
    except OSError as fault:
        _say(FAULT, Fault("missing", os.strerror(fault.errno or 0)))
        return
    try:
        offset, left = asked.offset, asked.length
        while left > 0 and (piece := os.pread(file, min(left, _PIECE_BYTES), offset)):
            _frame(DATA, piece)
            offset, left = offset + len(piece), left - len(piece)
    except OSError as fault:
        _say(FAULT, Fault("io", os.strerror(fault.errno or 0)))
        return
    finally:
        os.close(file)
    _frame(END, b"")


def _opened_file(top: int, path: str) -> int:
    """Open a plain file below ``top``, one name after the other, through no link."""
    *parts, name = path.split("/")
    folder = _folder(top, tuple(parts))
    try:
        file = os.open(name, _FILE, dir_fd=folder)
    finally:
        os.close(folder)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(2, os.strerror(2))
    return file


def _folder(top: int, parts: tuple[str, ...]) -> int:
    folder = os.open(".", _FOLDER, dir_fd=top)
    for part in parts:
        if part in {"", ".", ".."}:
            os.close(folder)
            raise FileNotFoundError(2, os.strerror(2))
        try:
            inner = os.open(part, _FOLDER, dir_fd=folder)
        finally:
            os.close(folder)
        folder = inner
    return folder


def _opened(where: Path) -> int:
    return mounted(where) if where.is_block_device() else os.open(where, _FOLDER)


def _say(letter: bytes, what: msgspec.Struct) -> None:
    _frame(letter, msgspec.json.encode(what))


def _frame(letter: bytes, content: bytes) -> None:
    rest = memoryview(HEAD.pack(letter, len(content)) + content)
    while rest:
        rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    main(sys.argv[1])
