"""A plain folder as the bucket: a stick, a synced folder, a mounted share."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from appliance.bucket.bucket import Put, StoredObject
from appliance.bucket.layout import clean_prefix
from appliance.errors import MatineeError
from cache.durable import Content, sync_folder, write_flushed
from cache.fetching import Progress

_TEMPORARY = ".matinee-"
_PIECE_BYTES = 256 * 1024
_COPY_BYTES = 1 << 20
_REFUSALS = {
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.EFBIG,
    errno.ENAMETOOLONG,
}
_FULL = {errno.ENOSPC, errno.EDQUOT}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}


class FolderBucket:
    """Objects as files under ``folder``. The folder itself is never made: a stick that is not in is away."""

    def __init__(self, folder: Path, prefix: str = "") -> None:
        """``prefix`` is a folder in the folder."""
        self._folder = folder
        self._prefix = clean_prefix(prefix)

    @property
    def where(self) -> str:
        """The folder."""
        return str(self._folder)

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        """Write under a temporary name, flush, rename, flush the folder."""
        del content_type  # a file's name says it
        path = self._path(key)
        with self._faults():
            if only_if_absent and path.exists():
                return Put.ALREADY
            _make_folders(path.parent, self._folder)
            beside = path.with_name(f"{_TEMPORARY}{secrets.token_hex(8)}")
            try:
                write_flushed(beside, content if progress is None else _told(content, progress))
                if only_if_absent and not _link(beside, path):
                    return Put.ALREADY
                if not only_if_absent:
                    beside.replace(path)
            finally:
                beside.unlink(missing_ok=True)
            sync_folder(path.parent)
        return Put.STORED

    def get(self, key: str) -> bytes:
        """The file's bytes."""
        path = self._path(key)
        with self._faults(key):
            return path.read_bytes()

    def fetch(self, key: str, into: Path) -> Path:
        """The file itself; ``into`` is not used."""
        del into
        path = self._path(key)
        with self._faults(key):
            path.stat()
        return path

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        """A stretch of the file."""
        path = self._path(key)
        with self._faults(key), path.open("rb") as file:
            file.seek(offset)
            while length > 0 and (piece := file.read(min(_PIECE_BYTES, length))):
                length -= len(piece)
                yield piece

    def exists(self, key: str) -> bool:
        """Tell whether the file is there."""
        path = self._path(key)
        with self._faults():
            return path.is_file()

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Walk the files."""
        with self._faults():
            top = self._folder / self._prefix
            yield from (found for found in _files(top) if found.key.startswith(prefix))

    def _path(self, key: str) -> Path:
        parts = PurePosixPath(key).parts
        if not parts or key.startswith("/") or ".." in parts or "\0" in key:
            raise MatineeError("bucket.bad_key", name=key)
        return self._folder.joinpath(self._prefix, *parts)

    @contextmanager
    def _faults(self, key: str = "") -> Iterator[None]:
        if not self._folder.is_dir():
            raise MatineeError("bucket.away", where=self.where, fault="the folder is not there")
        try:
            yield
        except FileNotFoundError as fault:
            if key:
                raise MatineeError("bucket.no_object", where=self.where, name=key) from fault
            raise MatineeError("bucket.away", where=self.where, fault="the folder went away") from fault
        except OSError as fault:
            if fault.errno in _FULL:
                raise MatineeError("bucket.full", where=self.where) from fault
            name = "bucket.refused" if fault.errno in _REFUSALS else "bucket.away"
            raise MatineeError(name, where=self.where, fault=fault.strerror or fault) from fault


def _told(content: bytes | Path, progress: Progress) -> Content:
    if isinstance(content, bytes):
        return content

    def copy(into: Path) -> None:
        size = content.stat().st_size
        with content.open("rb") as source, into.open("r+b") as target:
            while piece := source.read(_COPY_BYTES):
                target.write(piece)
                progress(source.tell(), size)

    return copy


def _link(beside: Path, path: Path) -> bool:
    """Give ``beside`` its name unless that is taken; False if it is."""
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        return False
    except OSError as fault:
        if fault.errno not in _NO_LINKS:
            raise
        beside.replace(path)  # a FAT stick knows no links; nobody else writes under a box's own prefix
    return True


def _make_folders(folder: Path, top: Path) -> None:
    """Make ``folder`` below ``top``, each level flushed into the one above."""
    if folder == top or folder.is_dir():
        return
    _make_folders(folder.parent, top)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def _files(top: Path) -> Iterator[StoredObject]:
    for folder, _, names in os.walk(top):
        for name in names:
            path = Path(folder, name)
            if not name.startswith(_TEMPORARY) and path.is_file() and not path.is_symlink():
                yield StoredObject(path.relative_to(top).as_posix(), path.stat().st_size)
