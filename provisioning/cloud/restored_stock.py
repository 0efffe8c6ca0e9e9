"""How much of each drop is gone, as the facts in the bucket say: a new card must not give it away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.ndjson import lines
from appliance.clock import Clock
from appliance.ids import BoxId, DropId, EventId
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from appliance.store.offer_rows import OfferRows
from appliance.store.outbox import Lane
from provisioning.cloud.objects import fetch_rows

Pile = tuple[EventId, DropId, str]
"""Event, drop, kind."""

_NONCE = "restored"
_STAFF = "restored"


class StockFact(msgspec.Struct, frozen=True):
    """What of a fact says how much there is."""

    id: str
    kind: str
    drop: str = ""
    variant: str = ""
    claim: str = ""
    units: int = 0


@dataclass(slots=True)
class StockCount:
    """Facts in any order, each once by its id."""

    event: EventId
    _seen: set[str] = field(default_factory=set)
    _taken: dict[str, list[tuple[DropId, str]]] = field(default_factory=dict)
    _released: set[str] = field(default_factory=set)
    _edits: Counter[tuple[DropId, str]] = field(default_factory=Counter)

    def hear(self, fact: StockFact) -> None:
        """Count one fact; what says nothing of stock changes nothing."""
        if fact.id in self._seen:
            return
        self._seen.add(fact.id)
        pile = DropId(fact.drop), fact.variant
        if fact.kind in {"drop_claimed", "part_claimed"} and fact.drop and fact.claim:
            self._taken.setdefault(fact.claim, []).append(pile)
        elif fact.kind == "drop_released":
            self._released.add(fact.claim)
        elif fact.kind == "stock_edited" and fact.drop:
            self._edits[pile] += fact.units

    def change(self) -> Mapping[tuple[DropId, str], int]:
        """By how many units each pile differs from the manifest's stock; only those that do."""
        change = Counter(self._edits)
        for claim, piles in self._taken.items():
            if claim not in self._released:
                change.subtract(piles)
        return {pile: units for pile, units in change.items() if units}


_decoder = msgspec.json.Decoder(StockFact)


def restore_stock(
    bucket: Bucket, cache: Path, box: BoxId, paths: Paths, events: Iterable[EventId], clock: Clock
) -> int:
    """Set the stock of ``events`` on the new card to what was left; return how many piles changed.

    Who reserved what is in no fact, so nobody's reservation comes back: only what is gone stays gone. Done
    again it changes nothing. No fact is made of it: the bucket has them.
    """
    wanted = set(events)
    counts = {event: StockCount(event) for event in wanted}
    for file in fetch_rows(bucket, Lane.FACTS, cache):
        if file.key.box == box and file.key.event in wanted:
            for fact in _facts(file.path):
                counts[EventId(file.key.event)].hear(fact)
    changes = [
        ((event, *pile), units) for event, count in counts.items() for pile, units in count.change().items()
    ]
    return _write(paths, changes, clock) if changes else 0


def _facts(path: Path) -> Iterator[StockFact]:
    for line in lines(path):
        try:
            yield _decoder.decode(line)
        except msgspec.MsgspecError:
            continue  # a hostile line, or none of ours


def _write(paths: Paths, changes: list[tuple[Pile, int]], clock: Clock) -> int:
    rows = AudienceRows.owner(paths)
    offers, now = OfferRows(rows.database), clock.now()
    try:
        with rows.database.transaction() as tx:
            for (event, drop, kind), units in changes:
                nonce = f"{_NONCE}:{drop}:{kind}"
                if offers.edited(tx, event, nonce) is None:
                    offers.edit(tx, event, (drop, kind), units, nonce, _STAFF, now)
    finally:
        rows.database.close()
    return len(changes)
