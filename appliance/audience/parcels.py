"""What lies ready at the counter, told of claims, hand-overs and payments together."""

from __future__ import annotations

from collections.abc import Sequence

from appliance.audience.four_words import FourWords
from appliance.audience.offers import Offers
from appliance.ids import AttendeeId, DropId
from appliance.model.counter import Counter, Customer, Parcel, Payment, Piece, Promise, Spent, Stand
from appliance.model.door import PASS_SUBJECT, Person
from appliance.model.drop import Drop, PartKind
from appliance.model.event import Event
from appliance.store.audience_rows import ClaimRow
from appliance.store.bundle_rows import BundleRows, PieceRow, UseRow
from appliance.store.database import Transaction
from appliance.store.offer_rows import left_of
from appliance.store.payment_rows import HandOverRow, PaymentRows


class Parcels:
    """Reads rows; writes none."""

    def __init__(self, rows: PaymentRows, words: FourWords) -> None:
        """``words`` make the four words of who holds a parcel."""
        self._rows = rows
        self._bundles = BundleRows(rows.database)
        self._words = words

    def of(self, event: Event, claim: ClaimRow, tx: Transaction) -> Parcel:
        """One claim, as the open transaction sees it."""
        paid = self._rows.standing(tx, event.id, claim.id)
        pieces = [
            self.piece(row, self._bundles.uses(row.id, tx)) for row in self._bundles.of_claim(claim.id, tx)
        ]
        handed = self._rows.handed(event.id, claim.id, tx)
        return self._parcel(event.drop(claim.drop), claim, handed, paid, pieces)

    def piece(self, row: PieceRow, uses: list[UseRow]) -> Piece:
        """One part of a bundle; ``uses`` are those that stand, oldest first."""
        last = uses[-1] if uses else None
        return Piece(
            row.id, row.title, row.kind, row.credit_minor,
            row.credit_minor - sum(use.amount_minor for use in uses), row.currency,
            last.at if last else None, last.desk if last else "", last.id if last else "",
            row.drop, row.variant,
        )  # fmt: skip

    def pieces(self, claim: str) -> tuple[Piece, ...]:
        """What belongs to a bundle that somebody holds."""
        return tuple(self.piece(row, self._bundles.uses(row.id)) for row in self._bundles.of_claim(claim))

    def spent(self, event: Event) -> tuple[Spent, ...]:
        """What was taken off credits on this evening, oldest first."""
        return tuple(
            Spent(use.id, row.title, use.amount_minor, row.currency, use.desk, use.at)
            for row, use in self._bundles.spent(event.id)
        )

    def _credits(self, attendee: AttendeeId) -> tuple[Piece, ...]:
        rows = self._bundles.credits_of(attendee)
        found = (self.piece(row, self._bundles.uses(row.id)) for row in rows)
        return tuple(piece for piece in found if piece.left_minor)

    def all(self, event: Event) -> tuple[Parcel, ...]:
        """Every claim that stands, oldest first."""
        handed = self._rows.all_handed(event.id)
        paid: dict[str, list[Payment]] = {}
        for line in self._rows.payments(event.id):
            if line.claim and not line.refunds and not line.refunded:
                paid.setdefault(line.claim, []).append(line)
        drops = {drop.id: drop for drop in event.drops}
        uses = self._bundles.all_uses(event.id)
        pieces = {
            claim: [self.piece(row, uses.get(row.id, [])) for row in rows]
            for claim, rows in self._bundles.all(event.id).items()
        }
        return tuple(
            self._parcel(
                drops[claim.drop],
                claim,
                handed.get(claim.id),
                paid.get(claim.id, []),
                pieces.get(claim.id, []),
            )
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
            self._credits(attendee),
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

    def _parcel(
        self, drop: Drop, claim: ClaimRow, handed: HandOverRow | None, paid: list[Payment],
        pieces: list[Piece],
    ) -> Parcel:  # fmt: skip
        last = last_of(pieces)
        return Parcel(
            claim.id, drop.id, claim.variant, drop.named(claim.variant), drop.price_minor, drop.currency,
            self._words.of(claim.attendee), drop.pick_up,
            handed.at if handed else last.used if last else None,
            handed.desk if handed else last.desk if last else "", handed.id if handed else "",
            sum(line.amount_minor for line in paid), bool(paid), tuple(pieces),
        )  # fmt: skip


def last_of(pieces: Sequence[Piece]) -> Piece | None:
    """The part that was collected last; None while one but a credit is not, or if there are only credits."""
    things = [piece for piece in pieces if piece.kind is not PartKind.CREDIT]
    if not things or any(piece.used is None for piece in things):
        return None
    return max(things, key=lambda piece: piece.use)


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
            self._parcels.spent(event),
            event.organiser.name,
        )

    def pieces(self, claim: str) -> tuple[Piece, ...]:
        """What belongs to a bundle that somebody holds."""
        return self._parcels.pieces(claim)

    def _stands(
        self, event: Event, open_drops: frozenset[DropId], parcels: tuple[Parcel, ...]
    ) -> tuple[Stand, ...]:
        piles = self._offers.rows.piles(event)
        found = []
        for drop in event.drops:
            left = left_of(drop, piles)
            for kind, pile in piles[drop.id].items():
                these = [one for one in parcels if (one.drop, one.variant) == (drop.id, kind)]
                pieces = [one for parcel in parcels for one in parcel.pieces]
                within = sum(
                    one.used is not None for one in pieces if (one.drop, one.variant) == (drop.id, kind)
                )
                stand = Stand(
                    drop.id, kind, drop.named(kind), pile.stock, pile.taken,
                    sum(one.collected is not None for one in these) + within, pile.waiting,
                    drop.id in open_drops, bool(drop.low) and left <= drop.low, drop.price_minor,
                    drop.currency, pile.scarcest,
                )  # fmt: skip
                found.append(stand)
        return tuple(found)
