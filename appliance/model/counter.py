"""The counter as stewards see it: who holds what, what was handed over, what was paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Customer:
    """Whoever stands at the counter. No name."""

    subject: str = ""
    code: str = ""
    tier: str = ""
    parcels: tuple[Parcel, ...] = ()
    promised: tuple[Promise, ...] = ()


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


@dataclass(frozen=True, slots=True)
class CounterDone:
    """What came of it; durable if something changed."""

    said: Said
    at: datetime
    parcel: Parcel | None = None
    amount_minor: int = 0
    currency: str = ""


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

    @property
    def left(self) -> int:
        """Units that may still be taken."""
        return max(0, self.stock - self.taken)


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
