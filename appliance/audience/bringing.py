"""What somebody brings along: an earlier pass, an invitation, or nothing. Each becomes a pass of tonight."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from ulid import ULID

from appliance.audience.capability import Capability, attendee_of, stored
from appliance.audience.four_words import FourWords
from appliance.audience.passes import PassKind, PassStatement
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId
from appliance.model.door import PASS_SUBJECT
from appliance.store.audience_rows import AttendeeRow, AudienceRows
from appliance.store.database import Transaction
from appliance.store.door_rows import BroughtRow, DoorRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox


@dataclass(frozen=True, slots=True)
class Fresh:
    """A pass to be, without a name."""

    attendee: AttendeeId
    capability: Capability


class Bringing:
    """Gives out passes of tonight to who brings something. Of one box."""

    def __init__(
        self, audience: AudienceRows, door: DoorRows, codes: FourWords, writer: GroupWriter,
        outbox: Outbox, clock: Clock,
    ) -> None:  # fmt: skip
        """Rows as owner; ``writer`` writes the same file. ``codes`` make the capabilities of this box."""
        self._codes = codes
        self._audience = audience
        self._door = door
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def walk_in(self, nonce: str) -> Fresh:
        """Who comes with nothing; the same nonce is the same person."""
        return self._fresh(attendee_of(nonce))

    def add(self, tx: Transaction, event: EventId, fresh: Fresh) -> bool:
        """Give out that pass; False if that was done already."""
        row = AttendeeRow(fresh.attendee, event, self._clock.now())
        return self._audience.add_attendee(tx, row, stored(fresh.capability))

    def subject_of(self, tx: Transaction, event: EventId, earlier: PassStatement | None) -> str:
        """Under which name tonight knows who has that earlier pass, or would."""
        if earlier is None:
            raise MatineeError("door.unknown")
        known = self._door.brought_by(event, earlier.attendee, tx)
        attendee = known.attendee if known else _returning(event, earlier.attendee)
        return f"{PASS_SUBJECT}{attendee}"

    def take_up(self, tx: Transaction, event: EventId, subject: str, earlier: PassStatement) -> None:
        """Make a pass of tonight for who shows an earlier one at the door; again changes nothing."""
        if self._door.brought_by(event, earlier.attendee, tx) is not None:
            return
        fresh = self._fresh(AttendeeId(subject.removeprefix(PASS_SUBJECT)))
        self.add(tx, event, fresh)
        self._bring(tx, _brought(fresh.attendee, event, earlier))

    def take(self, event: EventId, brought: PassStatement, nonce: str) -> Capability:
        """Give a pass of tonight to who opened an earlier one, or an invitation, on their own phone.

        The same form twice is one pass; ``audience.brought_already`` if another phone was faster.
        Returns once it is durable; raises ``store.not_saved``.
        """
        fresh = self.walk_in(nonce)
        invited = brought.kind is PassKind.REFERRAL

        def write(tx: Transaction) -> Capability:
            known = None if invited else self._door.brought_by(event, brought.attendee, tx)
            if known is not None and known.attendee != fresh.attendee:
                raise MatineeError("audience.brought_already")
            if self.add(tx, event, fresh):
                invitation = BroughtRow(fresh.attendee, event, invited_by=brought.attendee)
                self._bring(tx, invitation if invited else _brought(fresh.attendee, event, brought))
            return fresh.capability

        return self._writer.write(write)

    def _fresh(self, attendee: AttendeeId) -> Fresh:
        return Fresh(attendee, self._codes.capability(attendee))

    def _bring(self, tx: Transaction, row: BroughtRow) -> None:
        self._door.bring(tx, row)
        if row.invited_by is not None:
            self._outbox.fact(tx, "invited", row.event, attendee=row.attendee, by=row.invited_by)
        else:
            self._outbox.fact(
                tx, "came_again", row.event, attendee=row.attendee, earlier=row.earlier, stamps=row.stamps
            )


def _brought(attendee: AttendeeId, event: EventId, earlier: PassStatement) -> BroughtRow:
    """All that an earlier pass states and the next one goes on stating."""
    return BroughtRow(
        attendee, event, earlier.attendee, earlier.stamps, earlier.tier,
        tier_until=earlier.tier_until or (earlier.expires if earlier.tier else None), root=earlier.line,
        rewards=earlier.rewards, asked=earlier.asked, places=earlier.places,
    )  # fmt: skip


def _returning(event: EventId, earlier: AttendeeId) -> AttendeeId:
    """Tonight's id of who shows an earlier pass: the same at every box, so that two doors can be compared."""
    digest = sha256(f"matinee returning 1\0{event}\0{earlier}".encode()).digest()
    return AttendeeId(str(ULID.from_bytes(digest[:16])))
