"""What somebody's pass says of them, made of this box's rows and of what the pass of before said."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from appliance.audience.passes import (
    LONGEST_MARK,
    MOST_PLACES,
    MOST_REWARDS,
    PassKind,
    PassStatement,
)
from appliance.ids import AttendeeId, BoxId, EventId
from appliance.model.asking import day_of, kept
from appliance.model.door import PASS_SUBJECT, Person
from appliance.model.drop import Tier
from appliance.model.event import Event
from appliance.model.gate import Holding
from appliance.store.audience_rows import AttendeeRow
from appliance.store.database import Database
from appliance.store.door_rows import BroughtRow, DoorRows
from appliance.store.member_rows import MemberRows
from appliance.store.payment_rows import PaymentRows

UNKNOWN_TIER_DAYS = 35
"""A tier that was paid at an evening whose plan is not at hand lasts no longer than a monthly one."""


def mark_of(host: AttendeeId, friend: AttendeeId | str) -> str:
    """How a pass remembers that ``friend`` came because of ``host``: the same at every box, and no name.

    Both are lines of passes (``PassStatement.line``). A set of marks counts nobody twice.
    """
    digest = sha256(f"matinee reward 1\0{host}\0{friend}".encode()).digest()
    return urlsafe_b64encode(digest).decode()[:LONGEST_MARK]


class Holdings:
    """Reads; writes nothing."""

    def __init__(self, database: Database, surely_past: Callable[[], datetime]) -> None:
        """``database`` is audience.db; what ran out before ``surely_past()`` did run out."""
        self._door = DoorRows(database)
        self._members = MemberRows(database)
        self._claims = PaymentRows(database)
        self._surely_past = surely_past

    def statement(self, attendee: AttendeeRow, event: Event | None = None) -> PassStatement:
        """All that a pass of ``attendee`` states now.

        ``event``: the one whose plan is at hand, theirs or a later one; without it, places are not stated.
        """
        brought = self._door.brought(attendee.id) or BroughtRow(attendee.id, attendee.event)
        tier, until = self._tier(brought, () if event is None else event.tiers)
        plain = PassStatement(
            BoxId(""), attendee.event, attendee.id, attendee.at, stamps=brought.stamps, tier=tier,
            invited_by=brought.invited_by, tier_until=until, root=brought.root,
            asked=self._asked(brought), places=self._places(brought, event),
        )  # fmt: skip
        if self._was_let_in(brought):
            plain = replace(plain, kind=PassKind.ATTENDED, stamps=plain.stamps + 1)
        return replace(plain, rewards=self._rewards(brought, plain))

    def holding(self, attendee: AttendeeRow, event: Event) -> Holding:
        """What gates ask."""
        stated = self.statement(attendee, event)
        return Holding(stated.tier, stated.stamps, len(stated.rewards), stated.kind is PassKind.ATTENDED)

    def line(self, attendee: AttendeeId) -> AttendeeId:
        """Who ``attendee`` is through all evenings."""
        brought = self._door.brought(attendee)
        return (brought.root if brought is not None else None) or attendee

    def thanks(self, attendee: AttendeeRow) -> PassStatement | None:
        """For who invited them: they were let in. None: nobody did, or they were not."""
        brought = self._door.brought(attendee.id)
        if brought is None or brought.invited_by is None or not self._was_let_in(brought):
            return None
        mark = mark_of(brought.invited_by, brought.root or attendee.id)
        return PassStatement(
            BoxId(""), attendee.event, AttendeeId(mark), attendee.at, PassKind.THANKS,
            invited_by=brought.invited_by,
        )  # fmt: skip

    def _was_let_in(self, brought: BroughtRow) -> bool:
        person = Person(f"{PASS_SUBJECT}{brought.attendee}")
        return self._door.standing(brought.event, person).since is not None

    def _tier(self, brought: BroughtRow, tiers: Iterable[Tier]) -> tuple[str, datetime | None]:
        """Paid for at this box, else brought along; nothing once it surely ran out."""
        tier, until = brought.tier, brought.tier_until
        paid = self._members.paid_tier(brought.attendee)
        if paid is not None:
            tier = paid.tier
            lasts = next((known.lasts_days for known in tiers if known.id == tier), UNKNOWN_TIER_DAYS)
            until = paid.at + timedelta(days=lasts)
        if until is not None and until < self._surely_past():
            return "", None
        return tier, until

    def _rewards(self, brought: BroughtRow, stated: PassStatement) -> tuple[str, ...]:
        """Friends who came, each once however often it was told; and their own first time."""
        line = stated.line
        marks = list(brought.rewards)
        marks += [mark_of(line, friend) for friend in self._members.friends_who_came(line) if friend != line]
        marks += sorted(self._members.rewards(line))
        if brought.invited_by is not None and stated.kind is PassKind.ATTENDED:
            marks.append(mark_of(line, "welcome"))
        return tuple(dict.fromkeys(marks))[:MOST_REWARDS]

    def _asked(self, brought: BroughtRow) -> tuple[int, ...]:
        tonight = self._members.asked(brought.event, brought.attendee)
        return kept((*brought.asked, *([] if tonight is None else [day_of(tonight.at)])))

    def _places(self, brought: BroughtRow, event: Event | None) -> tuple[EventId, ...]:
        """At later evenings: kept at theirs, if that is ``event``, or before; no other plan knows of them."""
        is_theirs = event is not None and event.id == brought.event
        later = {drop.id: drop.place_at for drop in (event.drops if event is not None and is_theirs else ())}
        held = [later.get(claim.drop) for claim in self._claims.claims_of(brought.event, brought.attendee)]
        found = dict.fromkeys((*brought.places, *(place for place in held if place is not None)))
        return tuple(found)[-MOST_PLACES:]
