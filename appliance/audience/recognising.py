"""Who stands at the door: what was scanned or typed, made into somebody the rows know."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256

from appliance.audience import capability as capabilities
from appliance.audience.four_words import FourWords, is_code
from appliance.audience.pass_reader import PassReader, pass_in
from appliance.audience.passes import NO_PASS, PassKind, PassStatement
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId
from appliance.model.door import GUEST_SUBJECT, PASS_SUBJECT, Person
from appliance.store.audience_rows import AudienceRows
from appliance.store.door_rows import DoorRows
from appliance.store.guest_rows import GuestRow, GuestRows

_DOTS_IN_A_JWT = 2


@dataclass(frozen=True, slots=True)
class Recognised:
    """Somebody. ``earlier`` is the pass that makes them known, where it is of another evening."""

    person: Person
    earlier: PassStatement | None = None


class Recogniser:
    """Reads whatever is shown at a door."""

    def __init__(
        self, audience: AudienceRows, door: DoorRows, guests: GuestRows, reader: PassReader, codes: FourWords
    ) -> None:
        """All rows are of the portal's file."""
        self._audience = audience
        self._door = door
        self._guests = guests
        self._reader = reader
        self._codes = codes

    def scanned(self, event: EventId, text: str) -> Recognised:
        """A pass (its address will do), the address of a pass page, four words, or a ticket's secret.

        Raises ``door.*`` or ``audience.*`` with the sentence to say.
        """
        text = text.strip()
        if not text:
            raise MatineeError("door.nothing_typed")
        if "/pass/" in text:
            return self._page(event, text.partition("/pass/")[2].partition("?")[0].partition("/")[0])
        shown = pass_in(text)
        if shown.partition("~")[0].count(".") == _DOTS_IN_A_JWT and " " not in shown:
            return self._pass(event, self._reader.read(shown))
        if is_code(text):
            return self._code(event, text)
        return self._guest(self._guests.by_secret(event, sha256(text.encode()).hexdigest()))

    def named(self, event: EventId, subject: str, *, leaving: bool = False) -> Recognised:
        """Somebody by the name that the rows of ``event`` have for them; ``door.unknown`` if they have none.

        ``leaving``: whoever is inside may go out, also with a pass that was withdrawn since.
        """
        if subject.startswith(GUEST_SUBJECT):
            return self._guest(self._guests.by_id(event, subject.removeprefix(GUEST_SUBJECT)))
        if not subject.startswith(PASS_SUBJECT) or not self._door.knows(event, subject):
            raise MatineeError("door.unknown")
        if leaving:
            return Recognised(Person(subject))
        return self._attendee(AttendeeId(subject.removeprefix(PASS_SUBJECT)))

    def _page(self, event: EventId, capability: str) -> Recognised:
        attendee = self._audience.attendee(capabilities.stored(capability))
        if attendee is None or attendee.event != event:
            raise MatineeError("door.unknown")
        return self._attendee(attendee.id)

    def _code(self, event: EventId, typed: str) -> Recognised:
        found = self._codes.find(typed, self._door.attendees(event))
        if found is None:
            raise MatineeError("door.unknown_code")
        return self._attendee(found)

    def _pass(self, event: EventId, stated: PassStatement) -> Recognised:
        if stated.kind in NO_PASS:
            raise MatineeError("door.only_an_invitation")
        if stated.event == event:
            known = self._attendee(stated.attendee)
            stamps = max(known.person.stamps, stated.stamps - (stated.kind is PassKind.ATTENDED))
            return Recognised(replace(known.person, stamps=stamps, tier=known.person.tier or stated.tier))
        brought = self._door.brought_by(event, stated.attendee)
        if brought is not None:
            return self._attendee(brought.attendee)
        return Recognised(Person("", stated.stamps, stated.tier), stated)

    def _attendee(self, attendee: AttendeeId) -> Recognised:
        brought = self._door.brought(attendee)
        earlier = brought.earlier if brought is not None else None
        self._reader.check_stands(attendee, *([earlier] if earlier is not None else []))
        subject = f"{PASS_SUBJECT}{attendee}"
        if brought is None:
            return Recognised(Person(subject))
        return Recognised(
            Person(subject, brought.stamps, brought.tier, invited=brought.invited_by is not None)
        )

    def _guest(self, found: GuestRow | None) -> Recognised:
        if found is None:
            raise MatineeError("door.unknown")
        if found.refusal:
            raise MatineeError("door.ticket_refused", reason=found.refusal)
        return Recognised(Person(found.subject, people=found.people))
