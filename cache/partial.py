"""A film on its way: what has come of it stays on the card over restarts and power cuts.

Two files in ``fetching/``: ``<sha256>.part`` holds the bytes, ``<sha256>.fetch`` says what they shall become
and how often it was begun. There is no list of what is good: every block's hash is known, so after a restart
what lies on the card is looked at, and nothing else is believed.
"""

from __future__ import annotations

import ctypes
import errno
import os
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from appliance.ids import Sha256, is_sha256
from cache.blocks import BlockList
from cache.durable import card_fault, sync_folder, write_whole

_KEEP_SIZE = 1  # FALLOC_FL_KEEP_SIZE, linux/falloc.h
_LEAST_LOSS = 64 * 1024
_UNSUPPORTED = {errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A film that shall come: as a signed packing list, or whoever asks for it, describes it."""

    sha256: Sha256
    name: str
    blocks: BlockList

    @property
    def size_bytes(self) -> int:
        """How large it is."""
        return self.blocks.size_bytes


class _FetchFile(msgspec.Struct, frozen=True):
    """What stands in ``<sha256>.fetch``."""

    name: str
    size_bytes: int
    root: str
    blocks: str
    begun: int


_decoder = msgspec.json.Decoder(_FetchFile)


def may_lose(size_bytes: int, begun: int) -> int:
    """How many bytes may be un-flushed on the ``begun``-th attempt (from 1).

    Each cut halves it down to a floor, so that twenty cuts together lose at most one and a quarter per cent,
    while a download that is never cut is flushed some hundred times, and one that often is, five thousand
    times at most: a card takes ten milliseconds for each.
    """
    return max(_LEAST_LOSS, size_bytes // 3000, (size_bytes // 300) >> min(begun - 1, 40))


class Partial:
    """The bytes so far. Open it in a ``with``; one at a time for each film."""

    def __init__(self, folder: Path, wanted: Wanted) -> None:
        """``folder`` is ``fetching/``. What is there of the film is kept."""
        self.wanted = wanted
        self.path = folder / f"{wanted.sha256}.part"
        self._note = folder / f"{wanted.sha256}.fetch"
        self._folder = folder
        self._flushes = ThreadPoolExecutor(1, "flush")
        self._flying: Future[None] | None = None
        self._flying_bytes = 0
        self._dirty = 0
        self._may_lose = _LEAST_LOSS
        self._file = -1

    def __enter__(self) -> Self:
        """Open, note durably that it was begun once more, and take the room it will need."""
        begun = 1 + _begun(self._note)
        self._may_lose = may_lose(self.wanted.size_bytes, begun)
        blocks = self.wanted.blocks
        note = _FetchFile(self.wanted.name, blocks.size_bytes, blocks.root, blocks.text, begun)
        try:
            write_whole(self._note, msgspec.json.encode(note))
        except OSError as fault:
            raise card_fault(self.wanted.name, fault) from fault
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o640)
        try:
            if self.size_bytes > self.wanted.size_bytes:
                os.ftruncate(self._file, self.wanted.size_bytes)
            _take_room(self._file, self.wanted.size_bytes)
            sync_folder(self._folder)
        except OSError as fault:
            os.close(self._file)
            raise card_fault(self.wanted.name, fault) from fault
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close; what came stays."""
        self._flushes.shutdown(wait=True)
        if fault is not None:  # after a failed flush the memory may hold what the card does not
            os.posix_fadvise(self._file, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(self._file)

    @property
    def size_bytes(self) -> int:
        """How far the file reaches; there may be holes in it."""
        return os.fstat(self._file).st_size

    def read(self, offset: int, length: int) -> bytes:
        """What lies there now; short where the file ends, empty where the card can not be read."""
        try:
            return os.pread(self._file, length, offset)
        except OSError as fault:
            if fault.errno != errno.EIO:
                raise
            return b""

    def write(self, offset: int, content: bytes | memoryview) -> None:
        """Put bytes; never more than the allowance is left without a flush."""
        while content:
            written = os.pwrite(self._file, content, offset)
            content = content[written:]
            offset += written
            self._dirty += written
        if self._dirty * 2 >= self._may_lose:
            self._land()
            self._flying_bytes, self._dirty = self._dirty, 0
            self._flying = self._flushes.submit(os.fdatasync, self._file)

    def flush(self) -> None:
        """Everything written is on the card when this returns."""
        self._land()
        os.fsync(self._file)
        self._dirty = 0

    def forget(self) -> None:
        """Remove both files: the film has its name, or is not wanted any more."""
        forget(self._folder, self.wanted.sha256)

    def _land(self) -> None:
        if self._flying is not None:
            self._flying.result()
            self._flying = None


def unfinished(folder: Path) -> list[Wanted]:
    """What is on its way, read from the card alone; what can not be read any more is left out."""
    found = []
    for note in sorted(folder.glob("*.fetch")):
        try:
            said = _decoder.decode(note.read_bytes())
            blocks = BlockList.parse(said.size_bytes, said.blocks, said.root)
        except (OSError, ValueError):
            continue
        if is_sha256(note.stem):
            found.append(Wanted(Sha256(note.stem), said.name, blocks))
    return found


def forget(folder: Path, sha256: Sha256) -> None:
    """Remove what has come of a film, the bytes before the note."""
    (folder / f"{sha256}.part").unlink(missing_ok=True)
    (folder / f"{sha256}.fetch").unlink(missing_ok=True)
    sync_folder(folder)


def _begun(note: Path) -> int:
    try:
        return _decoder.decode(note.read_bytes()).begun
    except (OSError, ValueError):
        return 0


def _take_room(file: int, size_bytes: int) -> None:
    """Reserve blocks on the card without making the file longer."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long)
    if libc.fallocate(file, _KEEP_SIZE, 0, size_bytes) == 0:
        return
    fault = ctypes.get_errno()
    if fault not in _UNSUPPORTED:
        raise OSError(fault, os.strerror(fault))
