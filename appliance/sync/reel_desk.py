"""Reels of the evenings that came down by themselves, or from a stick, joined while the house is quiet."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST, laid_packing
from appliance.manifest.packing_list import PackingList
from appliance.manifest.reels import FILE, FOLDER, encode, of_what, read
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.sync.reels import joined
from cache.durable import write_whole
from cache.reel import Joiner

_log = logging.getLogger(__name__)


class ReelDesk:
    """One event at a time. Use it from one thread."""

    def __init__(
        self,
        paths: Paths,
        joiner: Joiner,
        needed: Callable[[], Collection[EventId]],
        is_busy: Callable[[], bool],
    ) -> None:
        """``needed``: events that are still to come; ``is_busy``: whether a show runs now."""
        self._paths = paths
        self._joiner = joiner
        self._needed = needed
        self._is_busy = is_busy
        for left_over in (paths.derived / FOLDER).glob(".*.mkv"):
            left_over.unlink(missing_ok=True)

    def step(self) -> bool:
        """Join the films of the next event that lacks it; False if there is none, or a show runs."""
        if self._is_busy():
            return False
        for event in sorted(self._needed()):
            packing = laid_packing(self._paths.events, event)
            if packing is not None and self._join(event, packing):
                return True
        return False

    def _join(self, id_: EventId, packing: PackingList) -> bool:
        folder = self._paths.events / id_
        try:
            event = event_manifest.read(folder / MANIFEST)
        except MatineeError:
            return False  # `matinee check` names it
        if read(folder / FILE).joined_from == of_what(event, packing):
            return False
        return self._write(event, packing)

    def _write(self, event: Event, packing: PackingList) -> bool:
        """A show that began meanwhile goes on film by film: nothing changes under its projector."""
        reels = joined(event, packing, self._paths, self._joiner, _log.info)
        if self._is_busy():
            return False
        write_whole(self._paths.events / event.id / FILE, encode(reels))
        _log.info("reels are made event=%s items=%s", event.id, len(reels.parts))
        return True
