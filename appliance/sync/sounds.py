"""Described sound of the films of coming evenings, made into files for phones while the house is quiet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest.event_folder import MANIFEST, laid_packing
from appliance.model.programme import Media
from appliance.paths import Paths
from cache.block_file import media_path
from cache.described_sound import is_looked_at, make_sound

_log = logging.getLogger(__name__)


class Sounds:
    """One film at a time. Use it from one thread."""

    def __init__(self, paths: Paths, is_busy: Callable[[], bool]) -> None:
        """``is_busy``: whether a show runs now."""
        self._paths = paths
        self._is_busy = is_busy
        self._failed: set[str] = set()

    def step(self) -> bool:
        """Look at the next film; False if there is none, or a show runs. What fails is said once and left."""
        if self._is_busy():
            return False
        for film in self._films():
            path = media_path(self._paths.media, film.sha256)
            if is_looked_at(self._paths.derived, film.sha256) or not path.is_file():
                continue
            if film.sha256 not in self._failed:
                self._make(film, path)
                return True
        return False

    def _make(self, film: Media, path: Path) -> None:
        try:
            made = make_sound(path, film.name, self._paths.derived, film.sha256)
        except MatineeError as fault:
            self._failed.add(film.sha256)
            _log.warning("no described sound film=%s key=%s", film.sha256, fault.key)
        else:
            _log.info("described sound film=%s made=%s", film.sha256, made)

    def _films(self) -> Iterator[Media]:
        for manifest in sorted(self._paths.events.glob(f"*/{MANIFEST}")):
            packing = laid_packing(self._paths.events, EventId(manifest.parent.name))
            yield from packing.media if packing is not None else ()
