"""The door: people are let in, go out, come back; an act is durable, with its fact, before it is told."""

from __future__ import annotations

from dataclasses import replace

from appliance.audience.bringing import Bringing
from appliance.audience.capability import checked_nonce
from appliance.audience.check_in import ADMITTING, decide_in, decide_out, decide_undo
from appliance.audience.recognising import Recognised, Recogniser
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, new_id
from appliance.model.door import PASS_SUBJECT, DoorAnswer, DoorDone, DoorView, DoorWish, Person, Room
from appliance.model.event import Event
from appliance.store.database import Transaction
from appliance.store.door_rows import ActRow, DoorRows
from appliance.store.group_commit import GroupWriter
from appliance.store.outbox import Outbox

MOST_PEOPLE = 20
"""That one act may let in."""


class Door:
    """Of one box. Safe to use from any thread: stewards press at once, each act is one transaction."""

    def __init__(
        self, rows: DoorRows, recogniser: Recogniser, bringing: Bringing, writer: GroupWriter,
        outbox: Outbox, clock: Clock,
    ) -> None:  # fmt: skip
        """``rows`` as owner; ``writer`` writes the same file."""
        self._rows = rows
        self._recogniser = recogniser
        self._bringing = bringing
        self._writer = writer
        self._outbox = outbox
        self._clock = clock

    def view(self, event: Event) -> DoorView:
        """How full it is, for everybody."""
        venue = event.venue
        return DoorView(
            event.id,
            event.title,
            self._room(event),
            self._rows.came(event.id),
            venue.access,
            venue.sightlines,
        )

    def look(self, event: Event, text: str) -> Person:
        """Who that is, without letting them in; ``door.*`` or ``audience.*`` if nobody is to be."""
        found = self._recogniser.scanned(event.id, text)
        return self._rows.standing(event.id, found.person) if found.person.subject else found.person

    def enter(self, event: Event, wish: DoorWish) -> DoorDone:
        """Let somebody in, by what they show or by name; raises as ``look``, and ``store.not_saved``."""
        checked_nonce(wish.nonce)
        found = self._found(event.id, wish)

        def write(tx: Transaction) -> DoorDone:
            subject = found.person.subject or self._bringing.subject_of(tx, event.id, found.earlier)
            person = replace(found.person, subject=subject)
            return self._let_in(tx, event, person, wish, found)

        return self._writer.write(write)

    def walk_in(self, event: Event, wish: DoorWish) -> DoorDone:
        """Let in somebody who has nothing; they get a pass without a name, to be printed if they like."""
        if not 1 <= wish.people <= MOST_PEOPLE:
            raise MatineeError("door.too_many", most=MOST_PEOPLE)
        fresh = self._bringing.walk_in(wish.nonce)

        def write(tx: Transaction) -> DoorDone:
            person = Person(f"{PASS_SUBJECT}{fresh.attendee}", people=wish.people)
            done = self._let_in(tx, event, person, wish, Recognised(person), fresh.capability)
            if done.answer in ADMITTING:
                self._bringing.add(tx, event.id, fresh)
                return replace(done, capability=fresh.capability)
            return replace(done, person=replace(done.person, subject=""), attendee=None)

        return self._writer.write(write)

    def leave(self, event: Event, wish: DoorWish) -> DoorDone:
        """Somebody goes out, and may come back."""
        checked_nonce(wish.nonce)
        found = self._found(event.id, wish, leaving=True)

        def write(tx: Transaction) -> DoorDone:
            person = self._rows.standing(event.id, found.person, tx)
            again = self._again(tx, event, person, wish.nonce)
            if again is not None:
                return again
            answer = decide_out(person)
            if answer is not DoorAnswer.WENT_OUT:
                return self._told(tx, event, person, answer)
            act = self._act(event.id, person, "out", answer, wish)
            self._rows.add(tx, act)
            self._outbox.fact(tx, "checked_out", event.id, check_in=person.act)
            return self._told(tx, event, person, answer, act.id)

        return self._writer.write(write)

    def undo(self, event: Event, act: str, wish: DoorWish) -> DoorDone:
        """Take ``act`` back; ``door.unknown`` if there is none."""

        def write(tx: Transaction) -> DoorDone:
            row = self._rows.with_id(tx, event.id, act)
            if row is None or row.act == "undo":
                raise MatineeError("door.unknown")
            person = self._rows.standing(event.id, Person(row.subject), tx)
            answer = decide_undo(person, act, undone=row.undone)
            if answer is DoorAnswer.UNDONE:
                undo = replace(self._act(event.id, person, "undo", answer, wish), undoes=act)
                self._rows.add(tx, undo)
                self._outbox.fact(tx, "door_act_undone", event.id, act=act)
            return self._told(tx, event, person, answer)

        return self._writer.write(write)

    def _let_in(
        self, tx: Transaction, event: Event, person: Person, wish: DoorWish, found: Recognised,
        capability: str = "",
    ) -> DoorDone:  # fmt: skip
        person = self._rows.standing(event.id, person, tx)
        again = self._again(tx, event, person, wish.nonce)
        if again is not None:
            return replace(again, capability=capability)
        room = self._room(event, tx)
        answer = decide_in(person, room, access_place=wish.access_place, override=wish.override)
        if answer not in ADMITTING:
            return self._told(tx, event, person, answer)
        if found.earlier is not None and not found.person.subject:
            self._bringing.take_up(tx, event.id, person.subject, found.earlier)
        act = self._act(event.id, person, "in", answer, wish)
        self._rows.add(tx, act)
        self._outbox.fact(
            tx, "checked_in", event.id, check_in=act.id, subject=person.subject, people=person.people,
            stamps=person.stamps, again=answer is DoorAnswer.CAME_BACK, overridden=act.overridden,
        )  # fmt: skip
        return self._told(tx, event, person, answer, act.id)

    def _found(self, event: EventId, wish: DoorWish, *, leaving: bool = False) -> Recognised:
        if wish.subject:
            return self._recogniser.named(event, wish.subject, leaving=leaving)
        return self._recogniser.scanned(event, wish.text)

    def _again(self, tx: Transaction, event: Event, person: Person, nonce: str) -> DoorDone | None:
        """What that press led to, if it was heard already."""
        row = self._rows.with_nonce(tx, event.id, person.subject, nonce)
        if row is None:
            return None
        return self._told(tx, event, person, DoorAnswer.UNDONE if row.undone else row.answer, row.id)

    def _act(self, event: EventId, person: Person, act: str, answer: DoorAnswer, wish: DoorWish) -> ActRow:
        return ActRow(
            new_id(), event, person.subject, act, answer, wish.nonce, wish.staff, self._clock.now(),
            person.people, access_place=wish.access_place, overridden=wish.override,
        )  # fmt: skip

    def _told(
        self, tx: Transaction, event: Event, person: Person, answer: DoorAnswer, act: str = ""
    ) -> DoorDone:
        stands = self._rows.standing(event.id, person, tx)
        attendee = None
        if person.subject.startswith(PASS_SUBJECT):
            attendee = AttendeeId(person.subject.removeprefix(PASS_SUBJECT))
        return DoorDone(answer, stands, self._room(event, tx), self._clock.now(), act, attendee)

    def _room(self, event: Event, tx: Transaction | None = None) -> Room:
        count = self._rows.count(event.id, tx)
        return Room(count.inside, event.venue.capacity, count.access_taken, event.venue.access_places)
