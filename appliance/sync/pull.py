"""The pull: look what was published, bring the films it needs, lay the event down when all of it is whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId, Sha256
from appliance.manifest.published_index import PublishedEvent, PublishedIndex
from appliance.model.programme import Media
from appliance.store.content_rows import ContentRows
from appliance.sync.laying import is_here, lay
from appliance.sync.progress import Meter
from appliance.sync.published import Offer, Published
from cache.blocks import BlockList
from cache.fetching import Patience
from cache.media_store import MediaStore
from cache.partial import Wanted
from cache.source import Source

Sources = Callable[[Sha256, int], Sequence[Source]]
"""Where a film of that hash and size may be had, in the order in which to ask."""

_log = logging.getLogger(__name__)


class Puller:
    """Brings one thing at a time. Use it from one thread."""

    def __init__(  # noqa: PLR0913 wired in one place
        self, box: BoxId, published: Published, rows: ContentRows, store: MediaStore, events: Path,
        sources: Sources, clock: Clock, *, look_s: float = 60.0, stopping: Event | None = None,
    ) -> None:  # fmt: skip
        """``look_s``: how often to look whether something was published. ``stopping`` ends waits for a line.

        Without it a line that is gone is not waited for.
        """
        self._stopping = stopping
        self._box = box
        self._published = published
        self._rows = rows
        self._store = store
        self._events = events
        self._sources = sources
        self._clock = clock
        self._look_s = look_s
        self._look_at = clock.monotonic()
        self._waiting: list[Offer] = []
        self._put_off: set[Sha256] = set()
        self._failed: set[EventId] = set()
        self.meter = Meter(clock)
        self.faults: tuple[str, ...] = ()
        """Sentences: what was published and could not be believed."""

    def hurry(self) -> None:
        """Look at the next step."""
        self._look_at = self._clock.monotonic()

    def step(self) -> bool:
        """Do the one most urgent thing; False if nothing is due.

        Raises what the bucket and the sources raise, ``content.*`` and ``media.*``; then what came stays.
        """
        if self._clock.monotonic() >= self._look_at:
            self._look_at = self._clock.monotonic() + self._look_s
            self._look()
        if not self._waiting:
            return False
        offer = self._next()
        self._failed.add(offer.entry.id)  # if it fails, the next one has its turn
        missing = [film for film in offer.packing.media if self._store.get(film.sha256) is None]
        if missing:
            film = next((film for film in missing if film.sha256 not in self._put_off), missing[0])
            self._put_off.add(film.sha256)
            self._bring(film)
            self._put_off.discard(film.sha256)
        else:
            self._lay(offer)
        self._failed.discard(offer.entry.id)
        return True

    def _next(self) -> Offer:
        """The event that starts first of those that have not failed since all had their turn."""
        if self._failed.issuperset(offer.entry.id for offer in self._waiting):
            self._failed.clear()
        return next(offer for offer in self._waiting if offer.entry.id not in self._failed)

    def _look(self) -> None:
        found = self._published.index(self._rows.floor())
        if found is None:
            return
        index, floor, key = found
        ours = [entry for entry in index.events if not entry.boxes or self._box in entry.boxes]
        offers = self._offers(ours)
        self._rows.believe(floor, key)
        self._rows.keep_only(entry.id for entry in ours)
        for offer in offers:
            self._rows.want(offer.entry.id, offer.packing.media)
        self._waiting = sorted(offers, key=lambda offer: offer.starts)
        self._put_off.clear()
        self._abandon(index)

    def _offers(self, entries: Sequence[PublishedEvent]) -> list[Offer]:
        """Those that are not on the box yet; one that can not be believed does not hold up the others."""
        offers, faults = [], []
        for entry in entries:
            if is_here(self._events, entry):
                continue
            try:
                offers.append(self._published.event(entry))
            except MatineeError as fault:
                if fault.key == "bucket.away":
                    raise
                faults.append(fault.sentence)
        self.faults = tuple(faults)
        return offers

    def _abandon(self, index: PublishedIndex) -> None:
        """What was on its way for something that is not wanted any more only takes room."""
        wanted = {film.sha256 for film in self._rows.wanted()}
        for on_its_way in self._store.unfinished():
            if on_its_way.sha256 not in wanted:
                _log.info("abandoned film=%s index=%s", on_its_way.sha256, index.version)
                self._store.abandon(on_its_way.sha256)

    def _bring(self, film: Media) -> None:
        try:
            blocks = BlockList.parse(film.size_bytes, film.blocks, film.blocks_root)
        except ValueError as fault:
            raise MatineeError("media.list_wrong", name=film.name) from fault
        self.meter.begin(film.name)
        try:
            wanted = Wanted(film.sha256, film.name, blocks)
            patience = None if self._stopping is None else Patience(self._clock, self._stopping)
            sources = self._sources(film.sha256, film.size_bytes)
            self._store.fetch(wanted, sources, self.meter.tell, patience=patience)
        finally:
            self.meter.begin("")
        _log.info("film is here film=%s bytes=%s", film.sha256, film.size_bytes)

    def _lay(self, offer: Offer) -> None:
        lay(offer, self._published, self._store, self._events)
        self._waiting.remove(offer)
