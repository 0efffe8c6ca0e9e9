"""Brings subtitles into the form the engine draws; what can not be read is named, and the film plays."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import msgspec

from appliance.model.picture import Film
from appliance.player.remarks import Remarks
from appliance.player.subtitles import decode, dressed

_LARGEST = 8 << 20
_MISSING = "Its subtitles can not be read; the film plays without them. Load the event again."
_EMPTY = "There are no subtitles in its subtitle file; the film plays without them."

_log = logging.getLogger(__name__)


class Words:
    """Writes into ``folder``, which nobody needs after a restart."""

    def __init__(self, folder: Path, remarks: Remarks) -> None:
        """What an earlier player left there is removed. ``remarks`` is told of what can not be read."""
        self._folder = folder
        self._remarks = remarks
        if folder.is_dir():
            for leftover in folder.iterdir():
                leftover.unlink()

    def dress(self, film: Film) -> Film:
        """Return ``film`` with subtitles that the engine can draw, or without any."""
        if film.subtitles is None:
            return film
        ready = self._ready(film, Path(film.subtitles))
        return msgspec.structs.replace(film, subtitles=ready)

    def _ready(self, film: Film, source: Path) -> str | None:
        try:
            with source.open("rb") as reader:
                content = reader.read(_LARGEST)
            text = dressed(decode(content), film.subtitle_scale, film.begin_ms)
        except OSError:
            self._remark(film.token, _MISSING)
            return None
        if text is None:
            self._remark(film.token, _EMPTY)
            return None
        digest = hashlib.sha256(text.encode()).hexdigest()[:32]
        self._folder.mkdir(exist_ok=True)
        ready = self._folder / f"{digest}.ass"
        ready.write_text(text, "utf-8")
        return str(ready)

    def _remark(self, token: str, words: str) -> None:
        if self._remarks.add(token, words):
            _log.warning("subtitles missing token=%s", token)
