"""Pay what you like, donations, memberships: amounts that people promise. Payment is outside of the box."""

from __future__ import annotations

from appliance.audience.capability import checked_nonce
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, new_id
from appliance.model import money
from appliance.model.counter import DONATION, ENTRY, TIER, Promise
from appliance.model.drop import Tier
from appliance.model.event import Event
from appliance.store.database import Database, Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.payment_rows import PaymentRows

MOST_PROMISES = 5
"""Of one attendee on one evening."""


class Promises:
    """Keeps what was promised, once for each form."""

    def __init__(self, database: Database, writer: GroupWriter, outbox: Outbox, clock: Clock) -> None:
        """``writer`` writes ``database``."""
        self._rows = PaymentRows(database)
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def of(self, event: Event, attendee: AttendeeId) -> list[Promise]:
        """What one attendee promised, oldest first."""
        return self._rows.promises(event.id, attendee)

    def make(self, event: Event, attendee: AttendeeId, item: str, amount: str, nonce: str) -> Promise:
        """Keep it; the same form again is the same promise. A tier costs what it costs.

        ``offers.no_such_item``, ``offers.bad_promise`` for nothing, ``offers.asked_enough`` after five.
        """
        checked_nonce(nonce)
        tier = tier_of(event, item)
        if tier is None and item not in {ENTRY, DONATION}:
            raise MatineeError("offers.no_such_item")
        currency = event.till.currency
        minor = tier.price_minor if tier else money.parse(amount, currency)
        if minor == 0:
            raise MatineeError("offers.bad_promise")
        promise = Promise(item, minor, currency, self._clock.now(), monthly=tier is not None and tier.monthly)

        def write(tx: Transaction) -> Promise:
            if self._rows.promised(tx, attendee, nonce):
                return promise
            if self._rows.count_promises(tx, event.id, attendee) >= MOST_PROMISES:
                raise MatineeError("offers.asked_enough")
            self._rows.promise(tx, event.id, attendee, promise, nonce, new_id())
            self._outbox.fact(
                tx, "promised", event.id, item=item, amount_minor=minor, currency=currency,
                monthly=promise.monthly,
            )  # fmt: skip
            return promise

        return self._writer.write(write)


def tier_of(event: Event, item: str) -> Tier | None:
    """The tier that ``tier:<id>`` names."""
    return next((tier for tier in event.tiers if item == f"{TIER}{tier.id}"), None)
