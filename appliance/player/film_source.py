"""Where an engine reads a film from: through its block hashes, if it has any."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from appliance.errors import MatineeError
from appliance.model.picture import Film
from appliance.player.remarks import Remarks
from appliance.player.source import OpenSource, Source
from cache.block_file import blocks_beside
from cache.verified_reader import VerifiedFilm

_UNPROVEN = "The list of its checks is damaged; the film plays without them. Import it again."

_log = logging.getLogger(__name__)


class FilmSources:
    """Films of the media store and reels have block hashes beside them; a plain file has none."""

    def __init__(self, remarks: Remarks) -> None:
        """``remarks`` is told of films that play unproven."""
        self._remarks = remarks

    def opener(self, film: Film) -> OpenSource | None:
        """Return what opens ``film`` for a reader; None: it has no hashes, the engine may open the path."""
        path = Path(film.path)
        if not blocks_beside(path).exists():
            return None
        return lambda: self._open(path, film.token)

    def _open(self, path: Path, token: str) -> Source:
        try:
            return ProvenFilm(path)
        except MatineeError as fault:
            if fault.key != "media.no_blocks":
                raise
            _log.warning("no block hashes film=%s", path.name)
            self._remarks.add(token, _UNPROVEN)
            return PlainFilm(path)


class ProvenFilm(VerifiedFilm):
    """A reader of the card never waits for long, so there is nothing to abort."""

    def abort(self) -> None:
        """Nothing."""


class PlainFilm:
    """A file as it lies there."""

    def __init__(self, path: Path) -> None:
        """Raises ``media.not_found``."""
        try:
            self._file = os.open(path, os.O_RDONLY)
        except OSError as fault:
            raise MatineeError("media.not_found", path=path) from fault
        self.size_bytes = os.fstat(self._file).st_size

    def seek(self, offset: int) -> int:
        """From the beginning."""
        return os.lseek(self._file, offset, os.SEEK_SET)

    def read(self, most: int) -> bytes:
        """What lies there; nothing where the card can not read it."""
        try:
            return os.read(self._file, most)
        except OSError:
            return b""

    def abort(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)
