"""Offers as pages tell them: how many are left, whether one may be taken now, whether it is yours."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext

from appliance.ids import DropId
from appliance.model.drop import Drop
from webui.portal.evening import Tonight
from webui.portal.portal import here


class OfferState(StrEnum):
    """Derived each time it is shown."""

    OPEN = "open"
    GONE = "gone"
    LATER = "later"
    """Not open, and nobody has one yet."""
    CLOSED = "closed"
    """Was open; now it is not."""


@dataclass(frozen=True, slots=True)
class OfferView:
    """One drop as it stands now."""

    drop: Drop
    left: int
    state: OfferState
    mine: bool = False

    @property
    def stock_words(self) -> str:
        """``12 of 20 left``, ``All 20 are gone``, ``20 of them, later tonight``, in the page's language."""
        stock = self.drop.stock
        match self.state:
            case OfferState.OPEN:
                return str(gettext("%(left)s of %(stock)s left", left=self.left, stock=stock))
            case OfferState.GONE:
                return str(gettext("All %(stock)s are gone", stock=stock))
            case OfferState.LATER:
                return str(gettext("%(stock)s of them, later tonight", stock=stock))
            case OfferState.CLOSED:
                return str(gettext("Over for tonight"))


def state_of(drop: Drop, taken: int, *, is_open: bool) -> OfferState:
    """What ``taken`` units and the cues make of a drop."""
    if taken >= drop.stock:
        return OfferState.GONE
    if is_open:
        return OfferState.OPEN
    return OfferState.CLOSED if taken else OfferState.LATER


def offers_of(evening: Tonight, mine: Collection[DropId] = ()) -> list[OfferView]:
    """All drops of the evening, in the order of its manifest; ``mine`` are held by who asks."""
    taken = here().rows.taken(evening.event.id)
    return [
        OfferView(
            drop,
            max(0, drop.stock - taken.get(drop.id, 0)),
            state_of(drop, taken.get(drop.id, 0), is_open=drop.id in evening.open_drops),
            mine=drop.id in mine,
        )
        for drop in evening.event.drops
    ]
