"""Hypothesis drives friends, hosts and two boxes that never meet: each friend counts once, for their host."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from appliance.audience.capability import stored
from appliance.audience.community import Community
from appliance.audience.holdings import mark_of
from appliance.audience.passes import MOST_REWARDS, PassStatement
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, new_secret
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AttendeeRow
from appliance.store.outbox import Outbox
from lab.door_desk import DoorBox, door_box, evening

PEOPLE = st.integers(0, 3)
BOXES = st.integers(0, 1)
EVENINGS = [evening(event=f"evening-{at}") for at in range(4)]


@dataclass
class Somebody:
    """One person; ``stays`` are the passes they hold, one an evening."""

    host: Somebody | None = None
    stays: list[tuple[int, AttendeeRow]] = field(default_factory=list)
    """(box, row), oldest first."""
    came: bool = False
    """Let in at the evening of their invitation."""
    line: AttendeeId | None = None


class RewardMachine(RuleBasedStateMachine):
    """What people did is the model; what passes say is the thing."""

    @initialize()
    def doors(self) -> None:
        self.place = Path(tempfile.mkdtemp(prefix="rewards-"))
        self.clock = HeldClock()
        organiser = self.place / "organiser"
        organiser.mkdir()
        self.boxes = [
            door_box(Paths(self.place / name).ensure(), self.clock, organiser, name) for name in ("a", "b")
        ]
        self.communities = [self._community(box) for box in self.boxes]
        self.people: list[Somebody] = []
        self.told: dict[int, frozenset[str]] = {}
        """Rewards that a pass said, by who holds it: never fewer later."""

    @rule(box=BOXES)
    def somebody_signs_up(self, box: int) -> None:
        row = self.boxes[box].sign_up(EVENINGS[0])
        self.people.append(Somebody(stays=[(box, row)], line=row.id))

    @rule(who=PEOPLE, box=BOXES, comes=st.booleans())
    def a_friend_takes_an_invitation(self, who: int, box: int, comes: bool) -> None:
        if host := self._one(who):
            at, row = host.stays[-1]
            invitation = self.boxes[at].desk.invitation_of(row)
            fresh = self._take(box, self._evening(row), invitation)
            friend = Somebody(host, [(box, fresh)], line=fresh.id)
            self.people.append(friend)
            if comes:
                self._let_in(friend)

    @rule(who=PEOPLE)
    def they_are_let_in(self, who: int) -> None:
        if one := self._one(who):
            self._let_in(one)

    @rule(who=PEOPLE, box=BOXES)
    def they_come_again(self, who: int, box: int) -> None:
        one = self._one(who)
        if one is None or len(one.stays) == len(EVENINGS):
            return
        at, row = one.stays[-1]
        text = self.boxes[at].desk.pass_of(row)
        later = EVENINGS[EVENINGS.index(self._evening(row)) + 1 :]
        if later:
            one.stays.append((box, self._take(box, later[0], text)))

    @rule(friend=PEOPLE, other=PEOPLE, times=st.integers(1, 2))
    def a_thank_you_is_opened(self, friend: int, other: int, times: int) -> None:
        """By who invited them, or by anybody else."""
        thankful, opener = self._one(friend, [one for one in self.people if one.host]), self._one(other)
        if thankful is None or opener is None:
            return
        box, first = thankful.stays[0]
        thanks = self.boxes[box].desk.thanks_of(first)
        assert bool(thanks) == (thankful.host is not None and thankful.came)
        if not thanks:
            return
        at, row = opener.stays[-1]
        for _ in range(times):
            stated = self.boxes[at].desk.reader.read(thanks)
            try:
                self.communities[at].thank(self._evening(row), row, stated)
            except MatineeError as refused:
                full = len(self._said(opener).rewards) >= MOST_REWARDS
                assert opener is not thankful.host or full, refused.key
            else:
                assert opener is thankful.host, "a friend of somebody else was counted"
                assert stated.attendee in self._said(opener).rewards

    @invariant()
    def each_friend_counts_once_and_nobody_for_themselves(self) -> None:
        for at, one in enumerate(self.people):
            said = self._said(one)
            assert said.line == one.line, "another person"
            friends = [friend for friend in self.people if friend.host is one and friend.came]
            allowed = {mark_of(said.line, friend.line or "") for friend in friends}
            if one.host is not None and one.came:
                allowed.add(mark_of(said.line, "welcome"))
            assert len(set(said.rewards)) == len(said.rewards), "counted twice"
            assert set(said.rewards) <= allowed, "counted for nothing"
            assert mark_of(said.line, said.line) not in said.rewards
            before = self.told.get(at, frozenset())
            assert before <= set(said.rewards), "what was given was lost"
            self.told[at] = frozenset(said.rewards)

    def teardown(self) -> None:
        if hasattr(self, "boxes"):
            for box in self.boxes:
                box.close()
            shutil.rmtree(self.place)

    def _one(self, at: int, among: list[Somebody] | None = None) -> Somebody | None:
        people = self.people if among is None else among
        return people[at % len(people)] if people else None

    def _let_in(self, one: Somebody) -> None:
        box, row = one.stays[-1]
        text = self.boxes[box].desk.pass_of(row)
        self.boxes[box].enter(self._evening(row), text)
        one.came = one.came or len(one.stays) == 1

    def _said(self, one: Somebody) -> PassStatement:
        """What their newest pass says, as any other box reads it."""
        box, row = one.stays[-1]
        return self.boxes[1 - box].desk.reader.read(self.boxes[box].desk.pass_of(row))

    def _take(self, box: int, event: Event, text: str) -> AttendeeRow:
        here = self.boxes[box]
        capability = here.desk.bringing.take(event.id, here.desk.reader.read(text), new_secret())
        row = here.audience.attendee(stored(capability))
        assert row is not None
        return row

    def _community(self, box: DoorBox) -> Community:
        outbox = Outbox(BoxId("lab"), self.clock)
        return Community(box.audience, box.desk, box.writer, outbox, self.clock)

    def _evening(self, row: AttendeeRow) -> Event:
        return next(event for event in EVENINGS if event.id == row.event)
