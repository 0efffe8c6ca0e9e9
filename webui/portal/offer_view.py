"""Offers as pages tell them: how many are left, whether one may be taken now, whether it is yours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext

from appliance.audience.parcels import last_of
from appliance.audience.windows import SHUT, Window, members_only_until
from appliance.ids import AttendeeId, DropId, EventId
from appliance.model.arms import arm_of
from appliance.model.counter import Piece
from appliance.model.drop import Drop
from appliance.model.gate import EMPTY_HANDED, Holding, opens
from appliance.store.audience_rows import ClaimRow
from appliance.store.member_rows import Wish
from appliance.store.offer_rows import Pile, left_of
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
    holding: Holding = EMPTY_HANDED
    wishes: Mapping[DropId, Wish] = field(default_factory=dict)
    pieces: Mapping[DropId, tuple[Piece, ...]] = field(default_factory=dict)
    """Of the bundles they hold."""
    attendee: AttendeeId | None = None


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
    when: Window = SHUT
    locked: bool = False
    """It is not for this person."""
    wish: Wish | None = None
    """They would have taken one."""
    pieces: tuple[Piece, ...] = ()
    """Of a bundle that is theirs."""
    text: str = ""
    """What is said of it, to this person."""

    @property
    def may_wish(self) -> bool:
        """Whether there is nothing to take now that they could still wish for."""
        away = self.locked or self.when.elsewhere or self.state is not OfferState.OPEN
        return away and not self.mine and self.wish is None

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
                if self.when.dates is not None:
                    return str(gettext("%(stock)s of them, later", stock=stock))
                return str(gettext("%(stock)s of them, later tonight", stock=stock))
            case OfferState.CLOSED:
                if self.when.dates is not None:
                    return str(gettext("Over"))
                return str(gettext("Over for tonight"))


def state_of(stock: int, taken: int, *, is_open: bool) -> OfferState:
    """What ``taken`` units and the window make of a drop."""
    if taken >= stock:
        return OfferState.GONE
    if is_open:
        return OfferState.OPEN
    return OfferState.CLOSED if taken else OfferState.LATER


def windows_of(evening: Tonight) -> Mapping[DropId, Window]:
    """Every drop's window, as cues, hands and the calendar have it now."""
    return here().shop.windows(evening.event, evening.opened)


def asking(evening: Tonight, attendee: AttendeeId, holding: Holding) -> Asking:
    """What one attendee holds, waits and wishes for."""
    shop, event = here().shop, evening.event.id
    held = {claim.drop: claim for claim in shop.rows.claims_of(event, attendee)}
    collected = frozenset(
        claim.id for claim in held.values() if shop.rows.handed(event, claim.id) is not None
    )
    bundles = {drop.id for drop in evening.event.drops if drop.parts}
    pieces = {drop: shop.view.pieces(claim.id) for drop, claim in held.items() if drop in bundles}
    collected |= {held[drop].id for drop, theirs in pieces.items() if last_of(theirs) is not None}
    places, wishes = (
        shop.offers.rows.places(event, attendee),
        here().community.rows.wishes_of(event, attendee),
    )
    return Asking(held, places, collected, holding, wishes, pieces, attendee)


def offers_of(evening: Tonight, who: Asking = NOBODY) -> list[OfferView]:
    """All drops of the evening, in the order of its manifest, as ``who`` may take them."""
    piles, windows = here().shop.offers.rows.piles(evening.event), windows_of(evening)
    now = here().clock.now()
    return [
        replace(_view(drop, piles, windows[drop.id], who, now), text=_text(drop, evening.event.id, who))
        for drop in evening.event.drops
    ]


def _text(drop: Drop, event: EventId, who: Asking) -> str:
    arm = None if who.attendee is None else arm_of(drop, event, who.attendee)
    return drop.text if arm is None else arm.text


def _view(
    drop: Drop, all_piles: Mapping[DropId, Mapping[str, Pile]], when: Window, who: Asking, now: datetime
) -> OfferView:
    piles, left = all_piles[drop.id], left_of(drop, all_piles)
    stock = sum(pile.stock for pile in piles.values())
    claim = who.held.get(drop.id)
    return OfferView(
        drop,
        stock,
        left,
        state_of(stock, stock - left, is_open=when.is_open),
        tuple(KindView(one.id, one.title, piles[one.id].left) for one in drop.variants),
        mine=claim is not None,
        mine_title=drop.named(claim.variant) if claim else "",
        collected=claim is not None and claim.id in who.collected,
        place=who.places.get(drop.id, 0),
        members_until=None if who.holding.tier else members_only_until(drop, when, now),
        when=when,
        locked=not opens(drop.gate, who.holding),
        wish=who.wishes.get(drop.id),
        pieces=who.pieces.get(drop.id, ()),
    )
