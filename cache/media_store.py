"""Films on the card, by hash: a file appears under its final name only when every byte of it is safe."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import Sha256, is_sha256, new_id
from cache.durable import sync_folder
from cache.probe import Probe

_BLOCK = 1 << 20

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """One film that is whole and verified."""

    sha256: Sha256
    name: str
    size_bytes: int
    duration_ms: int


class MediaIndex(Protocol):
    """The rows beside the files: written after the file on create, before it on delete."""

    def add(self, media: StoredMedia) -> None:
        """Record, durably; the same film again is no new row."""
        ...

    def all(self) -> list[StoredMedia]:
        """Every film recorded."""
        ...

    def pin(self, sha256: Sha256, event: str) -> None:
        """Record that ``event`` needs the film: it is never evicted."""
        ...


def media_path(folder: Path, sha256: Sha256) -> Path:
    """Where a film lies; for readers in other processes. The file need not exist."""
    return folder / sha256[:2] / sha256


class MediaStore:
    """Bytes in ``folder``, rows in ``index``. Only the owner of the index may write."""

    def __init__(self, folder: Path, index: MediaIndex, probe: Probe) -> None:
        """What earlier imports left unfinished is removed."""
        self._folder = folder
        self._index = index
        self._probe = probe
        self._incoming = folder / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)
        for leftover in self._incoming.iterdir():
            leftover.unlink()

    def import_file(self, source: Path, name: str, progress: Progress | None = None) -> StoredMedia:
        """Copy, hash while copying, probe, fsync, rename, record. Nothing half-done stays.

        Raises ``media.not_found``, ``media.empty``, ``media.no_room``, ``media.unreadable`` or what the
        probe says of a file that is no film.
        """
        size = _size(source)
        partial = self._incoming / new_id()
        try:
            sha256 = _copy(source, partial, size, progress)
            duration_ms = self._probe.film(partial, name).duration_ms
            final = media_path(self._folder, sha256)
            final.parent.mkdir(exist_ok=True)
            partial.rename(final)
            sync_folder(final.parent)
            sync_folder(self._folder)
        except OSError as fault:
            raise MatineeError("media.no_room", name=name, fault=fault.strerror or fault) from fault
        finally:
            partial.unlink(missing_ok=True)
        media = StoredMedia(sha256, name, size, duration_ms)
        self._index.add(media)
        return media

    def list(self) -> list[StoredMedia]:
        """Every film that is recorded as whole."""
        return self._index.all()

    def pin(self, sha256: Sha256, event: str) -> None:
        """Keep the film for ``event``."""
        self._index.pin(sha256, event)

    def verify(self, media: StoredMedia) -> bool:
        """Read every byte again and compare; False if the file is gone or differs."""
        return verify(self._folder, media.sha256)


def verify(folder: Path, sha256: Sha256) -> bool:
    """Tell whether the file that should hold ``sha256`` does."""
    path = media_path(folder, sha256)
    if not is_sha256(sha256) or not path.is_file():
        return False
    with path.open("rb") as film:
        return hashlib.file_digest(film, "sha256").hexdigest() == sha256


def _size(source: Path) -> int:
    try:
        size = source.stat().st_size
    except OSError as fault:
        raise MatineeError("media.not_found", path=source) from fault
    if not source.is_file():
        raise MatineeError("media.not_found", path=source)
    if size == 0:
        raise MatineeError("media.empty", path=source)
    return size


def _copy(source: Path, target: Path, size: int, progress: Progress | None) -> Sha256:
    digest = hashlib.sha256()
    done = 0
    with source.open("rb") as reader, target.open("xb") as writer:
        while block := reader.read(_BLOCK):
            digest.update(block)
            writer.write(block)
            done += len(block)
            if progress is not None:
                progress(done, size)
        writer.flush()
        os.fsync(writer.fileno())
    if done != size:
        raise MatineeError("media.changed", path=source)
    return Sha256(digest.hexdigest())
