"""The door against its model; and proof that the model bites: what it guards is broken, and it notices."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from appliance.audience import check_in, door
from appliance.audience.passes import Passes
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, EventId
from appliance.model.door import DoorAnswer
from appliance.store.door_rows import DoorRows
from appliance.store.outbox import Outbox
from lab.door_machine import DoorMachine
from lab.organiser_root import PassBox, pass_box

QUICK = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
LONG = settings(QUICK, max_examples=1500, stateful_step_count=60)
BITING = settings(QUICK, max_examples=800, phases=[Phase.generate])


def test_whatever_happens_at_a_door_the_count_is_true() -> None:
    run_state_machine_as_test(DoorMachine, settings=QUICK)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_whatever_happens_at_a_door_for_long() -> None:
    run_state_machine_as_test(DoorMachine, settings=LONG)


def nonce_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DoorRows, "with_nonce", lambda *_: None)


def capacity_off(monkeypatch: pytest.MonkeyPatch) -> None:
    def roomy(person: Any, room: Any, **wish: Any) -> DoorAnswer:  # noqa: ANN401 whatever is decided about
        return check_in.decide_in(person, replace(room, capacity=10**6), **wish)

    monkeypatch.setattr(door, "decide_in", roomy)


def undo_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "decide_undo", lambda *_, **__: DoorAnswer.UNDONE)


def fact_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    fact = Outbox.fact

    def forgetful(self: Outbox, tx: Any, kind: str, event: str, **fields: Any) -> str:  # noqa: ANN401
        return "" if kind == "checked_out" else fact(self, tx, kind, event, **fields)

    monkeypatch.setattr(Outbox, "fact", forgetful)


def counted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(person: Any, room: Any, **wish: Any) -> DoorAnswer:  # noqa: ANN401
        return check_in.decide_in(replace(person, inside=False), room, **wish)

    monkeypatch.setattr(door, "decide_in", forgetful)


@pytest.mark.parametrize("mutant", [nonce_off, capacity_off, undo_twice, fact_forgotten, counted_again])
def test_a_broken_door_is_noticed(mutant: Any, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ANN401
    mutant(monkeypatch)
    with pytest.raises(Exception):  # noqa: B017, PT011 an assertion, or whatever the break leads to
        run_state_machine_as_test(DoorMachine, settings=BITING)


def forged_is_refused(box: PassBox, forger: PassBox) -> bool:
    """What the tests of passes look for: a pass signed by another key, under a stolen certificate."""
    at, certificate = datetime(2026, 11, 27, tzinfo=UTC), box.passes().issue(
        AttendeeId("01J"), EventId("e"), HeldClock().now()
    ).partition("~")[2]  # fmt: skip
    key = forger.passes()._key  # noqa: SLF001 a forger signs with what it has
    text = Passes(BoxId("a"), key, certificate).issue(AttendeeId("01J"), EventId("e"), at)
    try:
        box.reader().read(text)
    except MatineeError:
        return True
    return False


def test_a_reader_that_does_not_look_at_signatures_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = pass_box(tmp_path, tmp_path / "organiser", "a")
    forger = pass_box(tmp_path, tmp_path / "someone", "x")
    assert forged_is_refused(box, forger)
    decode = jwt.decode

    def careless(text: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 as PyJWT has it
        options = {**more.pop("options", {}), "verify_signature": False}
        return decode(text, *rest, options=options, **more)

    monkeypatch.setattr(jwt, "decode", careless)
    assert not forged_is_refused(box, forger)
