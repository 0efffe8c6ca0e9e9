"""The counter as stewards see it: who holds what, what was handed over, what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from appliance.model.drop import PartKind

ENTRY = "entry"
DONATION = "donation"
TIER = "tier:"
"""Before a tier's id: what is paid that is no drop."""


class Way(StrEnum):
    """How something was paid, as a steward says it. The box never takes money."""

    CASH = "cash"
    READER = "reader"
    ONLINE = "online"
    GIVEN = "given"


class Said(StrEnum):
    """How an act at the counter ended."""

    COLLECTED = "collected"
    ALREADY = "already"
    NOT_YET = "not_yet"
    TOO_LATE = "too_late"
    GIVEN_BACK = "given_back"
    """That claim was given back: there is nothing to hand over."""
    UNDONE = "undone"
    UNDO_TOO_LATE = "undo_too_late"
    RETURNED = "returned"
    EXCHANGED = "exchanged"
    GONE = "gone"
    """Nothing of the other kind is left."""
    PAID = "paid"
    REFUNDED = "refunded"
    SPENT = "spent"
    """Some of a credit."""
    NOT_ENOUGH = "not_enough"
    """So much of that credit is not left."""
    UNPAID = "unpaid"
    """A credit counts once its bundle was paid or given."""
    CREDIT_SPENT = "credit_spent"
    """A bundle does not come back once some of its credit was spent."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of a bundle at the counter."""

    id: str
    title: str
    kind: PartKind
    credit_minor: int = 0
    left_minor: int = 0
    """Of a credit: what is not spent yet."""
    currency: str = ""
    used: datetime | None = None
    """When it was handed over or used; of a credit, last."""
    desk: str = ""
    use: str = ""
    """That act's id, to undo it."""
    drop: str = ""
    """Whose pile it came from; empty: none."""
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One claim at the counter."""

    claim: str
    drop: str
    variant: str
    title: str
    price_minor: int
    currency: str
    code: str
    """The holder's four words."""
    pick_up: str = ""
    collected: datetime | None = None
    desk: str = ""
    """Where it was collected."""
    hand_over: str = ""
    """The act's id, to undo it."""
    paid_minor: int = 0
    paid: bool = False
    """Something was recorded, if only that it was given."""
    pieces: tuple[Piece, ...] = ()
    """Of a bundle; it is collected when all but its credits are."""


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever stands at the counter. No name."""

    subject: str = ""
    code: str = ""
    tier: str = ""
    parcels: tuple[Parcel, ...] = ()
    promised: tuple[Promise, ...] = ()
    credits: tuple[Piece, ...] = ()
    """Of this evening and of the earlier pass they brought, with something left."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An amount somebody promised on the portal."""

    item: str
    amount_minor: int
    currency: str
    at: datetime
    monthly: bool = False


@dataclass(frozen=True, slots=True)
class CounterWish:
    """What a steward wants."""

    nonce: str
    claim: str = ""
    item: str = ""
    """Of a payment without a claim: entry, donation, ``tier:<id>`` or a drop."""
    subject: str = ""
    """Who stands there, for a tier."""
    way: str = ""
    """Empty: nothing is recorded as paid."""
    amount: str = ""
    """As typed; empty: the price."""
    desk: str = ""
    staff: str = ""
    anyway: bool = False
    """Outside of the pick-up window."""
    broken: bool = False
    """What came back can not be given to anybody else."""
    variant: str = ""
    """Of an exchange."""
    piece: str = ""
    """Of a bundle."""


@dataclass(frozen=True, slots=True)
class CounterDone:
    """What came of it; durable if something changed."""

    said: Said
    at: datetime
    parcel: Parcel | None = None
    amount_minor: int = 0
    currency: str = ""
    piece: Piece | None = None
    payment: str = ""
    """The line of money that this press added."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Some of a credit was taken off, tonight. No money moves: it came with the bundle."""

    id: str
    title: str
    amount_minor: int
    currency: str
    desk: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Payment:
    """One line of money. Negative: given back."""

    id: str
    item: str
    variant: str
    claim: str
    way: Way
    amount_minor: int
    currency: str
    tax_bp: int
    desk: str
    at: datetime
    refunds: str = ""
    refunded: bool = False
    holder: str = ""
    """The attendee who paid it, where that was said."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One kind of one drop, for who sells it."""

    drop: str
    variant: str
    title: str
    stock: int
    taken: int
    collected: int
    waiting: int
    is_open: bool
    low: bool
    """As few are left as the evening's plan wants to be told of."""
    price_minor: int
    currency: str
    scarcest: int | None = None
    """Of a bundle: how many its parts allow."""

    @property
    def left(self) -> int:
        """Units that may still be taken."""
        own = max(0, self.stock - self.taken)
        return own if self.scarcest is None else min(own, self.scarcest)


@dataclass(frozen=True, slots=True)
class Counter:
    """All that the counter shows."""

    event: str = ""
    title: str = ""
    venue: str = ""
    starts: datetime = datetime(2000, 1, 1, tzinfo=UTC)
    """Where the event is: its offset is the one that hours are told in."""
    currency: str = "EUR"
    stands: tuple[Stand, ...] = ()
    pick_list: tuple[Parcel, ...] = ()
    """What was not collected yet, oldest first."""
    payments: tuple[Payment, ...] = ()
    shares: tuple[tuple[str, int, str], ...] = ()
    """Who, hundredths of a per cent, of which item (empty: of the rest)."""
    spent: tuple[Spent, ...] = ()
    organiser: str = ""


@dataclass(frozen=True, slots=True)
class StockWish:
    """What a steward wants of a pile, or an operator of an offer."""

    nonce: str
    drop: str
    variant: str = ""
    units: int = 0
    """More, or fewer if negative."""
    state: str = ""
    """``open``, ``closed``, ``cues``."""
    staff: str = ""


@dataclass(frozen=True, slots=True)
class StockLeft:
    """What is left of it."""

    left: int = 0
