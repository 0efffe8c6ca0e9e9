"""A film that lies in a folder: a stick, a mounted share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from appliance.errors import MatineeError

_PIECE_BYTES = 256 * 1024


class FolderSource:
    """One file, read where it lies; a link is never followed."""

    def __init__(self, path: Path) -> None:
        """Nothing is opened yet."""
        self._path = path

    @property
    def where(self) -> str:
        """The file."""
        return str(self._path)

    def read(self, offset: int, length: int) -> Iterator[bytes]:
        """Give a stretch of the file."""
        if self._path.is_symlink() or not self._path.is_file():
            raise MatineeError("source.away", where=self.where, fault="there is no such file")
        try:
            with self._path.open("rb") as film:
                film.seek(offset)
                while length > 0 and (piece := film.read(min(_PIECE_BYTES, length))):
                    length -= len(piece)
                    yield piece
        except OSError as fault:
            raise MatineeError("source.away", where=self.where, fault=fault.strerror or fault) from fault
