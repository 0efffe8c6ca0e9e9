"""A door for the fault laboratory: walk-ins, a pass that goes out, an act that is undone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.door import DoorWish
from appliance.paths import Paths
from lab.door_desk import door_box, evening

ROOM = evening(capacity=5000)

Query = Callable[[str], list[tuple[object, ...]]]


@dataclass
class LettingIn:
    """Through the audience's code and the group writer: each step is one act at the door."""

    root: Path
    tell: Callable[[str], None]

    def __post_init__(self) -> None:
        self._box = door_box(Paths(self.root), RealClock())
        self._last = ""
        self._steps = 0

    def step(self) -> None:
        nonce, self._steps = new_secret(), self._steps + 1
        wish = DoorWish(nonce, subject=self._last, staff="steward")
        self.tell(f"sent {nonce}")
        try:
            if self._last and self._steps % 3 == 0:
                self._box.desk.door.leave(ROOM, wish)
            else:
                self._last = self._box.desk.door.walk_in(ROOM, wish).person.subject
        except MatineeError as refused:
            self.tell(f"refused {refused.key} {nonce}")
            self._last = ""
        else:
            self.tell(f"told {nonce}")


def half_done(query: Query) -> Iterator[str]:
    """An act, its fact, and the pass that a walk-in gets: all or none."""
    acts = {(row[0], row[1]) for row in query("SELECT id, act FROM door_act")}
    facts = [json.loads(str(row[0])) for row in query("SELECT body FROM outbox WHERE kind LIKE 'checked_%'")]
    told = {fact["check_in"] for fact in facts if fact["kind"] == "checked_in"}
    if told != {act for act, kind in acts if kind == "in"}:
        yield f"half-done: {len(acts)} acts, {len(told)} facts of entries, not the same"
    if sum(fact["kind"] == "checked_out" for fact in facts) != sum(kind == "out" for _, kind in acts):
        yield "half-done: exits and their facts are not the same"
    people = query("SELECT count(*) FROM attendee")[0][0]
    entered = query("SELECT count(DISTINCT subject) FROM door_act WHERE act = 'in'")[0][0]
    if people != entered:
        yield f"half-done: {people} passes, {entered} people let in"
