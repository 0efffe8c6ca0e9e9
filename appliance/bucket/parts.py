"""A large file in parts, so that a cut costs one part of it: what an upload needs of a bucket."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import md5, sha256
from pathlib import Path
from typing import Protocol, runtime_checkable

from appliance.bucket.bucket import Put
from appliance.errors import MatineeError
from appliance.model.stored_part import PART_BYTES, StoredPart
from cache.fetching import Progress

_READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes of a file, and the SHA-256 that they must have."""

    path: Path
    offset: int
    length: int
    sha256: bytes


class Parts(Protocol):
    """Uploads of one bucket. They raise what a put raises, and ``bucket.no_upload`` for one it forgot."""

    def begin(self, key: str, content_type: str) -> str:
        """Begin; return the upload's id."""
        ...

    def put(self, key: str, upload: str, number: int, part: Stretch, progress: Progress) -> StoredPart:
        """Store part ``number``, from 1; the same one again takes its place. Durable when it returns."""
        ...

    def stored(self, key: str, upload: str, number: int, part: Stretch) -> StoredPart | None:
        """Part ``number``, if the bucket has exactly ``part``: one whose answer was lost is not sent again.

        None also where this box may not ask, or the bucket does not say what it has.
        """
        ...

    def complete(self, key: str, upload: str, parts: Sequence[StoredPart]) -> Put:
        """Make the object, only if there is none of that key; what was completed before is ALREADY."""
        ...

    def abort(self, key: str, upload: str) -> None:
        """Forget an upload; no error if there is none, or if this box may not."""
        ...


@runtime_checkable
class InParts(Protocol):
    """A bucket that takes parts; a folder is near enough to begin again."""

    @property
    def parts(self) -> Parts:
        """Its uploads."""
        ...


@dataclass(frozen=True, slots=True)
class Digests:
    """Of a file read once: its own SHA-256 and that of each part."""

    whole: str
    parts: tuple[bytes, ...]


def digests(path: Path, part_bytes: int = PART_BYTES) -> Digests:
    """Read ``path`` once, in little memory; raises ``OSError``."""
    whole, parts = sha256(), []
    with path.open("rb") as file:
        while True:
            part, left = sha256(), part_bytes
            while left and (piece := file.read(min(left, _READ_BYTES))):
                whole.update(piece)
                part.update(piece)
                left -= len(piece)
            if left < part_bytes:
                parts.append(part.digest())
            if left:
                return Digests(whole.hexdigest(), tuple(parts))


def stretches(
    path: Path, size_bytes: int, found: Sequence[bytes], part_bytes: int = PART_BYTES
) -> tuple[Stretch, ...]:
    """Cut a file of ``size_bytes`` into its parts, whose SHA-256 were ``found``."""
    return tuple(
        Stretch(path, offset, min(part_bytes, size_bytes - offset), digest)
        for offset, digest in zip(range(0, size_bytes, part_bytes), found, strict=False)
    )


def md5_of(part: Stretch) -> str:
    """As a bucket names a part that it did not encrypt; raises ``OSError``."""
    digest = md5(usedforsecurity=False)
    with StretchReader(part, lambda _done, _size: None) as reader:
        while piece := reader.read(_READ_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def unreadable(name: str, fault: OSError) -> MatineeError:
    """The card does not give file ``name`` back: no fault of the line, nor of the bucket."""
    return MatineeError("card.unreadable", file=name, fault=fault.strerror or fault)


class StretchReader(io.RawIOBase):
    """A stretch as a file of its own, that tells how far it was read."""

    def __init__(self, stretch: Stretch, progress: Callable[[int, int], None]) -> None:
        """Open it; raises ``OSError``."""
        super().__init__()
        self._file = stretch.path.open("rb", buffering=0)
        self._stretch, self._progress, self._at = stretch, progress, 0
        self.fault: OSError | None = None
        """What the card said when it could not be read: who sends it takes that for a cut of the line."""

    def readable(self) -> bool:
        """Yes."""
        return True

    def seekable(self) -> bool:
        """Yes: who sends it looks how long it is."""
        return True

    def readinto(self, into: memoryview, /) -> int:  # type: ignore[override] # any buffer is one
        """Read on."""
        view = memoryview(into).cast("B")[: self._stretch.length - self._at]
        try:
            size = os.preadv(self._file.fileno(), [view], self._stretch.offset + self._at)
        except OSError as fault:
            self.fault = fault
            raise
        self._at += size
        self._progress(self._at, self._stretch.length)
        return size

    def seek(self, target: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to ``target`` in the stretch."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._stretch.length}[whence]
        self._at = min(max(0, start + target), self._stretch.length)
        return self._at

    def tell(self) -> int:
        """Where in the stretch."""
        return self._at

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
