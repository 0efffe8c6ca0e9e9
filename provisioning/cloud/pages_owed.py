"""Public pages that are to be put anew because a venue took a clip down: remembered over restarts."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from cache.durable import write_whole

FILE = "pages-owed.json"

_log = logging.getLogger(__name__)
_decoder = msgspec.json.Decoder(dict[str, tuple[str, ...]])


class PagesOwed:
    """Events of one bucket, in a file of the organiser's folder. Use it from one thread."""

    def __init__(self, folder: Path, where: str) -> None:
        """``where``: of the bucket; what is owed to others stays as it is."""
        self._path, self._where = folder / FILE, where
        self.lost = False
        """The file can not be read: any page may be owed."""
        self._all: dict[str, tuple[str, ...]] = {}
        try:
            self._all = _decoder.decode(self._path.read_bytes())
        except FileNotFoundError:
            pass
        except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as fault:
            _log.warning("not known which pages are owed fault=%r", fault)
            self.lost = True

    @property
    def events(self) -> tuple[str, ...]:
        """Whose pages are owed."""
        return self._all.get(self._where, ())

    def add(self, event: str) -> None:
        """Owe it, before anything is changed that it will have to show."""
        if event not in self.events:
            self._keep((*self.events, event))

    def remove(self, event: str) -> None:
        """It was put."""
        self._keep(tuple(one for one in self.events if one != event))

    def _keep(self, events: tuple[str, ...]) -> None:
        """A disk that is full is no reason to leave a clip where all can see it: then memory has to do."""
        self._all = {where: owed for where, owed in self._all.items() if where != self._where}
        if events:
            self._all[self._where] = tuple(sorted(events))
        try:
            write_whole(self._path, msgspec.json.encode(self._all), 0o600)
        except OSError as fault:
            _log.warning("kept in memory only fault=%r", fault)
