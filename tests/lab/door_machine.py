"""A door played at random against a model of it: presses, the same press again, undo, faults, restarts."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.door import DoorAnswer, DoorWish
from appliance.paths import Paths
from appliance.store.database import Transaction
from lab.door_desk import DoorBox, door_box, evening

CAPACITY = 3
ROOM = evening(capacity=CAPACITY)
_MEMORY = Path("/dev/shm")  # noqa: S108 a file system, not a file


@dataclass
class Guest:
    """What the model knows of one pass."""

    text: str
    people: int = 1
    inside: bool = False
    acts: list[tuple[str, bool]] = field(default_factory=list)
    """Acts that stand, each with whether they were inside before it."""


@contextmanager
def commit_fails() -> Iterator[None]:
    """The disk refuses what is written last: nothing of that transaction is there."""
    whole = Transaction.execute

    def refusing(self: Transaction, sql: str, *rest: object) -> int:
        if "INSERT INTO outbox" in sql:
            raise sqlite3.OperationalError("disk I/O error")  # noqa: TRY003 as SQLite says it
        return whole(self, sql, *rest)  # type: ignore[arg-type]

    Transaction.execute = refusing  # type: ignore[method-assign,assignment]
    try:
        yield
    finally:
        Transaction.execute = whole  # type: ignore[method-assign]


class DoorMachine(RuleBasedStateMachine):
    """Three places, a few passes, and whatever may happen at a door."""

    def __init__(self) -> None:
        super().__init__()
        folder = _MEMORY if _MEMORY.is_dir() else None
        self._folder = tempfile.TemporaryDirectory(dir=folder, prefix="matinee-")
        self._paths = Paths(Path(self._folder.name) / "box").ensure()
        self.box: DoorBox = door_box(self._paths, HeldClock())
        self.guests: list[Guest] = []
        self.presses: list[tuple[Guest, DoorWish, DoorAnswer, str]] = []
        self.undone: set[str] = set()
        self.walked = 0

    def teardown(self) -> None:
        self.box.close()
        self._folder.cleanup()

    @property
    def inside(self) -> int:
        return sum(guest.people for guest in self.guests if guest.inside) + self.walked

    @rule()
    def sign_up(self) -> None:
        if len(self.guests) < CAPACITY + 2:
            self.guests.append(Guest(self.box.pass_of(ROOM)))

    @precondition(lambda self: self.guests)
    @rule(which=st.integers(0, 9), override=st.booleans())
    def enter(self, which: int, override: bool) -> None:
        guest = self.guests[which % len(self.guests)]
        wish = DoorWish(new_secret(), guest.text, staff="steward", override=override)
        full = self.inside + guest.people > CAPACITY and not override
        done = self.box.desk.door.enter(ROOM, wish)
        if guest.inside:
            assert done.answer is DoorAnswer.ALREADY_IN
        elif full:
            assert done.answer is DoorAnswer.FULL
        else:
            back = DoorAnswer.CAME_BACK if guest.acts else DoorAnswer.LET_IN
            assert done.answer is back
            self._acted(guest, done.act, wish, done.answer, inside=True)

    @precondition(lambda self: self.guests)
    @rule(which=st.integers(0, 9))
    def leave(self, which: int) -> None:
        guest = self.guests[which % len(self.guests)]
        wish = DoorWish(new_secret(), guest.text, staff="steward")
        done = self.box.desk.door.leave(ROOM, wish)
        assert done.answer is (DoorAnswer.WENT_OUT if guest.inside else DoorAnswer.NOT_INSIDE)
        if guest.inside:
            self._acted(guest, done.act, wish, done.answer, inside=False)

    @precondition(lambda self: self.presses)
    @rule(which=st.integers(0, 40))
    def press_again(self, which: int) -> None:
        """A form sent twice, a page gone back to: the same act, and nobody is counted again."""
        guest, wish, answer, act = self.presses[which % len(self.presses)]
        out = answer is DoorAnswer.WENT_OUT
        done = (self.box.desk.door.leave if out else self.box.desk.door.enter)(ROOM, wish)
        assert done.act == act
        assert done.answer is (DoorAnswer.UNDONE if act in self.undone else answer)
        assert done.person.inside is guest.inside

    @precondition(lambda self: self.presses)
    @rule(which=st.integers(0, 40))
    def undo(self, which: int) -> None:
        guest, _, _, act = self.presses[which % len(self.presses)]
        done = self.box.undo(ROOM, act)
        if guest.acts and guest.acts[-1][0] == act:
            assert done.answer is DoorAnswer.UNDONE
            guest.inside = guest.acts.pop()[1]
            self.undone.add(act)
        else:
            assert done.answer is DoorAnswer.NOTHING_TO_UNDO

    @rule(people=st.integers(1, 2))
    def walk_in(self, people: int) -> None:
        nonce = new_secret()
        for _ in range(2):  # pressed twice
            answer = self.box.walk_in(ROOM, nonce, people).answer
        if self.inside + people <= CAPACITY:
            assert answer is DoorAnswer.LET_IN
            self.walked += people
        else:
            assert answer is DoorAnswer.FULL

    @precondition(lambda self: any(not guest.inside for guest in self.guests))
    @rule()
    def enter_while_the_disk_refuses(self) -> None:
        guest = next(guest for guest in self.guests if not guest.inside)
        wish = DoorWish(new_secret(), guest.text, staff="steward", override=True)
        with commit_fails():
            try:
                self.box.desk.door.enter(ROOM, wish)
            except MatineeError as refused:
                assert refused.key == "store.not_saved"
            else:
                raise AssertionError("told, and not saved")  # noqa: TRY003 a checker's own words

    @rule()
    def restart(self) -> None:
        self.box.close()
        self.box = door_box(self._paths, HeldClock())

    @invariant()
    def the_count_is_true(self) -> None:
        assert self.box.desk.door.view(ROOM).room.inside == self.inside

    @invariant()
    def each_act_has_its_fact_and_each_fact_its_act(self) -> None:
        query = self.box.audience.database.query
        acts = query("SELECT act, count(*) FROM door_act GROUP BY act ORDER BY act")
        facts = query(
            "SELECT kind, count(*) FROM outbox WHERE kind IN ('checked_in', 'checked_out', 'door_act_undone')"
            " GROUP BY kind ORDER BY kind"
        )
        assert [row[1] for row in acts] == [row[1] for row in facts]

    def _acted(self, guest: Guest, act: str, wish: DoorWish, answer: DoorAnswer, *, inside: bool) -> None:
        guest.acts.append((act, guest.inside))
        guest.inside = inside
        self.presses.append((guest, wish, answer, act))
