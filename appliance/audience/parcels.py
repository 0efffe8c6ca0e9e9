"""What lies ready at the counter, told of claims, hand-overs and payments together."""

from __future__ import annotations

from appliance.audience.four_words import FourWords
from appliance.audience.offers import Offers
from appliance.ids import AttendeeId, DropId
from appliance.model.counter import Counter, Customer, Parcel, Payment, Promise, Stand
from appliance.model.door import PASS_SUBJECT, Person
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.store.audience_rows import ClaimRow
from appliance.store.database import Transaction
from appliance.store.payment_rows import HandOverRow, PaymentRows


class Parcels:
    """Reads rows; writes none."""

    def __init__(self, rows: PaymentRows, words: FourWords) -> None:
        """``words`` make the four words of who holds a parcel."""
        self._rows = rows
        self._words = words

    def of(self, event: Event, claim: ClaimRow, tx: Transaction) -> Parcel:
        """One claim, as the open transaction sees it."""
        paid = self._rows.standing(tx, event.id, claim.id)
        return self._parcel(event.drop(claim.drop), claim, self._rows.handed(event.id, claim.id, tx), paid)

    def all(self, event: Event) -> tuple[Parcel, ...]:
        """Every claim that stands, oldest first."""
        handed = self._rows.all_handed(event.id)
        paid: dict[str, list[Payment]] = {}
        for line in self._rows.payments(event.id):
            if line.claim and not line.refunds and not line.refunded:
                paid.setdefault(line.claim, []).append(line)
        drops = {drop.id: drop for drop in event.drops}
        return tuple(
            self._parcel(drops[claim.drop], claim, handed.get(claim.id), paid.get(claim.id, []))
            for claim in self._rows.standing_claims(event.id)
            if claim.drop in drops
        )

    def customer(self, event: Event, person: Person) -> Customer:
        """What somebody holds and promised; nothing for who is known by a list alone."""
        if not person.subject.startswith(PASS_SUBJECT):
            return Customer(person.subject, tier=person.tier)
        attendee = AttendeeId(person.subject.removeprefix(PASS_SUBJECT))
        theirs = {claim.id for claim in self._rows.claims_of(event.id, attendee)}
        return Customer(
            person.subject,
            self._words.of(attendee),
            person.tier,
            tuple(parcel for parcel in self.all(event) if parcel.claim in theirs),
            self._open_promises(event, attendee),
        )

    def _open_promises(self, event: Event, attendee: AttendeeId) -> tuple[Promise, ...]:
        """What was promised and not paid yet."""
        paid = [
            (line.item, line.amount_minor)
            for line in self._rows.payments(event.id)
            if line.holder == attendee and not line.refunds and not line.refunded
        ]
        found = []
        for promise in self._rows.promises(event.id, attendee):
            if (promise.item, promise.amount_minor) in paid:
                paid.remove((promise.item, promise.amount_minor))
            else:
                found.append(promise)
        return tuple(found)

    def _parcel(self, drop: Drop, claim: ClaimRow, handed: HandOverRow | None, paid: list[Payment]) -> Parcel:
        return Parcel(
            claim.id, drop.id, claim.variant, drop.named(claim.variant), drop.price_minor, drop.currency,
            self._words.of(claim.attendee), drop.pick_up,
            handed.at if handed else None, handed.desk if handed else "", handed.id if handed else "",
            sum(line.amount_minor for line in paid), bool(paid),
        )  # fmt: skip


class CounterView:
    """All that the counter shows, read in one go."""

    def __init__(self, offers: Offers, parcels: Parcels, rows: PaymentRows) -> None:
        """All of one file."""
        self._offers = offers
        self._parcels = parcels
        self._rows = rows

    def look(self, event: Event, open_drops: frozenset[DropId]) -> Counter:
        """As of now."""
        parcels = self._parcels.all(event)
        return Counter(
            event.id,
            event.title,
            event.venue.name,
            event.starts,
            event.till.currency,
            self._stands(event, open_drops, parcels),
            tuple(parcel for parcel in parcels if parcel.collected is None),
            tuple(self._rows.payments(event.id)),
            tuple((share.who, share.share_bp, share.item) for share in event.till.shares),
        )

    def _stands(
        self, event: Event, open_drops: frozenset[DropId], parcels: tuple[Parcel, ...]
    ) -> tuple[Stand, ...]:
        piles = self._offers.rows.piles(event)
        found = []
        for drop in event.drops:
            left = sum(pile.left for pile in piles[drop.id].values())
            for kind, pile in piles[drop.id].items():
                these = [one for one in parcels if (one.drop, one.variant) == (drop.id, kind)]
                stand = Stand(
                    drop.id, kind, drop.named(kind), pile.stock, pile.taken,
                    sum(one.collected is not None for one in these), pile.waiting, drop.id in open_drops,
                    bool(drop.low) and left <= drop.low, drop.price_minor, drop.currency,
                )  # fmt: skip
                found.append(stand)
        return tuple(found)
