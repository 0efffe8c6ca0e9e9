"""What was paid, as a steward says it: one line each, added in the act it belongs to, never changed."""

from __future__ import annotations

from appliance.audience.capability import checked_nonce
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, new_id
from appliance.model import money
from appliance.model.arms import arms_told
from appliance.model.counter import DONATION, ENTRY, TIER, CounterDone, CounterWish, Payment, Said, Way
from appliance.model.door import PASS_SUBJECT
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.store.audience_rows import ClaimRow
from appliance.store.database import Database, Transaction
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox
from appliance.store.payment_rows import PaymentRows


class Tills:
    """Keeps lines of money. The box never takes any: a steward says what was received, and how."""

    def __init__(self, database: Database, writer: GroupWriter, outbox: Outbox, clock: Clock) -> None:
        """``writer`` writes ``database``."""
        self._rows = PaymentRows(database)
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def receive(self, event: Event, wish: CounterWish) -> CounterDone:
        """Keep what was paid for something that is not reserved: entry, a donation, a tier, a drop over it.

        The same press again is the same line. ``offers.no_such_item``, ``offers.no_such_variant``,
        ``money.not_an_amount``; ``audience.stale_form`` if that press was for something or somebody else.
        """
        checked_nonce(wish.nonce)
        drop = _drop(event, wish.item)
        if wish.variant not in ("", *(drop.kinds if drop is not None else ())):
            raise MatineeError("offers.no_such_variant")

        def write(tx: Transaction) -> CounterDone:
            paid = self._rows.paid_by(tx, event.id, wish.nonce)
            fresh = paid is None
            if paid is None:
                paid = self.take(tx, event, wish, drop)
            elif (paid.item, paid.claim, paid.holder) != (wish.item, "", _holder(wish.subject)):
                raise MatineeError("audience.stale_form")
            payment = paid.id if fresh else ""
            return CounterDone(Said.PAID, paid.at, None, paid.amount_minor, paid.currency, payment=payment)

        return self._writer.write(write)

    def refund(self, event: Event, payment: str, wish: CounterWish) -> CounterDone:
        """Give a payment back whole, once, the way it came."""

        def write(tx: Transaction) -> CounterDone:
            paid = self._rows.payment(tx, event.id, payment)
            if paid is None or paid.refunds:
                raise MatineeError("offers.no_such_payment")
            self.give_back(tx, event, paid, wish)
            return CounterDone(Said.REFUNDED, self._clock.now(), None, paid.amount_minor, paid.currency)

        return self._writer.write(write)

    def take(
        self, tx: Transaction, event: Event, wish: CounterWish, drop: Drop | None,
        claim: ClaimRow | None = None,
    ) -> Payment:  # fmt: skip
        """Within an act: what was paid in it; ``audience.stale_form`` if that press paid something before."""
        if self._rows.paid_by(tx, event.id, wish.nonce) is not None:
            raise MatineeError("audience.stale_form")
        item = drop.id if drop is not None else wish.item
        price, currency, rate = _terms(event, item, drop)
        try:
            way = Way(wish.way)
        except ValueError as unknown:
            raise MatineeError("offers.no_such_way") from unknown
        amount = money.parse(wish.amount, currency) if wish.amount.strip() else price
        payment = Payment(
            new_id(), item, claim.variant if claim else wish.variant, claim.id if claim else "", way,
            0 if way is Way.GIVEN else amount, currency, rate, wish.desk, self._clock.now(),
            holder=_holder(wish.subject),
        )  # fmt: skip
        self._keep(tx, event, payment, wish.nonce, wish.staff, claim.attendee if claim else payment.holder)
        return payment

    def give_back(self, tx: Transaction, event: Event, paid: Payment, wish: CounterWish) -> None:
        """Within an act: all of it, the way it came; given back already, nothing."""
        if paid.refunded:
            return
        back = Payment(
            new_id(), paid.item, paid.variant, paid.claim, paid.way, -paid.amount_minor, paid.currency,
            paid.tax_bp, wish.desk, self._clock.now(), paid.id,
        )  # fmt: skip
        self._keep(tx, event, back, f"refund:{paid.id}", wish.staff)

    def carry_over(
        self, tx: Transaction, event: Event, old: ClaimRow, fresh: ClaimRow, wish: CounterWish
    ) -> None:
        """Within an exchange: what was paid for the one is paid for the other."""
        for paid in self._rows.standing(tx, event.id, old.id):
            self.give_back(tx, event, paid, wish)
            again = Payment(
                new_id(), paid.item, fresh.variant, fresh.id, paid.way, paid.amount_minor, paid.currency,
                paid.tax_bp, wish.desk, self._clock.now(),
            )  # fmt: skip
            self._keep(tx, event, again, f"carried:{paid.id}", wish.staff, fresh.attendee)

    def _keep(
        self, tx: Transaction, event: Event, payment: Payment, nonce: str, staff: str, payer: str = ""
    ) -> None:  # fmt: skip
        """``payer``: the attendee, where one is known; only which way they were offered it is told."""
        self._rows.pay(tx, event.id, payment, nonce, staff)
        drop = next((one for one in event.drops if one.id == payment.item), None)
        arms = arms_told(drop, event.id, AttendeeId(payer)) if drop is not None and payer else {}
        self._outbox.fact(
            tx, "paid", event.id, payment=payment.id, item=payment.item, variant=payment.variant,
            claim=payment.claim, way=payment.way, amount_minor=payment.amount_minor,
            currency=payment.currency, tax_bp=payment.tax_bp, refunds=payment.refunds, **arms,
        )  # fmt: skip


def _holder(subject: str) -> str:
    """The attendee; empty for who is known by a list alone, or by nothing."""
    return subject.removeprefix(PASS_SUBJECT) if subject.startswith(PASS_SUBJECT) else ""


def _drop(event: Event, item: str) -> Drop | None:
    """The drop of that name; None for entry, donations and tiers; ``offers.no_such_item`` otherwise."""
    if item in {ENTRY, DONATION}:
        return None
    if item.startswith(TIER) and any(f"{TIER}{tier.id}" == item for tier in event.tiers):
        return None
    found = next((drop for drop in event.drops if drop.id == item), None)
    if found is None:
        raise MatineeError("offers.no_such_item")
    return found


def _terms(event: Event, item: str, drop: Drop | None) -> tuple[int, str, int]:
    """Price, currency and tax rate. Donations carry no tax."""
    if drop is not None:
        return drop.price_minor, drop.currency, drop.tax_bp
    for tier in event.tiers:
        if item == f"{TIER}{tier.id}":
            return tier.price_minor, tier.currency, tier.tax_bp
    return 0, event.till.currency, 0 if item == DONATION else event.till.tax_bp
