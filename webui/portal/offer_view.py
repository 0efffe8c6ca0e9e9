"""Offers as pages tell them: how many are left, whether one may be taken now, whether it is yours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext

from appliance.audience.windows import Window, members_only_until, window
from appliance.ids import AttendeeId, DropId
from appliance.model.drop import Drop
from appliance.store.audience_rows import ClaimRow
from appliance.store.offer_rows import Pile
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
class KindView:
    """One size as it stands now."""

    id: str
    title: str
    left: int


@dataclass(frozen=True, slots=True)
class Asking:
    """Who looks at the page: what they hold, where they wait, whether they have a tier."""

    held: Mapping[DropId, ClaimRow]
    places: Mapping[DropId, int]
    collected: frozenset[str] = frozenset()
    tier: str = ""


NOBODY = Asking({}, {})


@dataclass(frozen=True, slots=True)
class OfferView:
    """One drop as it stands now."""

    drop: Drop
    stock: int
    left: int
    state: OfferState
    kinds: tuple[KindView, ...] = ()
    mine: bool = False
    mine_title: str = ""
    collected: bool = False
    place: int = 0
    """In the line; 0: not in it."""
    members_until: datetime | None = None
    """Until then this person may not take one."""

    @property
    def may_wait(self) -> bool:
        """Whether there is a line to stand in."""
        return self.drop.waiting_list and self.state is OfferState.GONE and not self.mine and not self.place

    @property
    def stock_words(self) -> str:
        """``12 of 20 left``, ``All 20 are gone``, ``20 of them, later tonight``, in the page's language."""
        stock = self.stock
        match self.state:
            case OfferState.OPEN:
                return str(gettext("%(left)s of %(stock)s left", left=self.left, stock=stock))
            case OfferState.GONE:
                return str(gettext("All %(stock)s are gone", stock=stock))
            case OfferState.LATER:
                return str(gettext("%(stock)s of them, later tonight", stock=stock))
            case OfferState.CLOSED:
                return str(gettext("Over for tonight"))


def state_of(stock: int, taken: int, *, is_open: bool) -> OfferState:
    """What ``taken`` units and the window make of a drop."""
    if taken >= stock:
        return OfferState.GONE
    if is_open:
        return OfferState.OPEN
    return OfferState.CLOSED if taken else OfferState.LATER


def windows_of(evening: Tonight) -> Mapping[DropId, Window]:
    """Every drop's window, as cues and hands have it now."""
    hands = here().shop.offers.rows.switches(evening.event.id)
    return {drop.id: window(drop.id, evening.opened, hands) for drop in evening.event.drops}


def asking(evening: Tonight, attendee: AttendeeId, tier: str) -> Asking:
    """What one attendee holds and waits for."""
    shop, event = here().shop, evening.event.id
    held = {claim.drop: claim for claim in shop.rows.claims_of(event, attendee)}
    collected = frozenset(
        claim.id for claim in held.values() if shop.rows.handed(event, claim.id) is not None
    )
    return Asking(held, shop.offers.rows.places(event, attendee), collected, tier)


def offers_of(evening: Tonight, who: Asking = NOBODY) -> list[OfferView]:
    """All drops of the evening, in the order of its manifest, as ``who`` may take them."""
    piles, windows = here().shop.offers.rows.piles(evening.event), windows_of(evening)
    now = here().clock.now()
    return [_view(drop, piles[drop.id], windows[drop.id], who, now) for drop in evening.event.drops]


def _view(drop: Drop, piles: Mapping[str, Pile], when: Window, who: Asking, now: datetime) -> OfferView:
    stock, taken = (sum(pile.stock for pile in piles.values()), sum(pile.taken for pile in piles.values()))
    claim = who.held.get(drop.id)
    return OfferView(
        drop,
        stock,
        max(0, stock - taken),
        state_of(stock, taken, is_open=when.is_open),
        tuple(KindView(one.id, one.title, piles[one.id].left) for one in drop.variants),
        mine=claim is not None,
        mine_title=drop.named(claim.variant) if claim else "",
        collected=claim is not None and claim.id in who.collected,
        place=who.places.get(drop.id, 0),
        members_until=None if who.tier else members_only_until(drop, when, now),
    )
