"""kill -9 of every service in turn, then of all pairs, while a film runs: the evening goes on by itself."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations
from pathlib import Path

import pytest

from appliance.dev.browser import Browser
from appliance.dev.operator import Operator
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, Verb
from appliance.paths import Service
from e2e.box import Box, eventually
from lab.projector import Projector

pytestmark = [pytest.mark.soak, pytest.mark.e2e, pytest.mark.timeout(3600)]

BACK_S = 20.0
"""Dev waits between a death and the next life; a unit on the box is started after 100 ms."""
VICTIMS = [(service,) for service in Service] + list(combinations(Service, 2))


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    box = Box(tmp_path_factory.mktemp("storm") / "box")
    box.start()
    yield box
    box.stop()


def pid_of(box: Box, service: Service) -> int | None:
    lock = Path(box.root / "run" / f"{service}.lock")
    with suppress(OSError, ValueError):
        pid = int(lock.read_text())
        os.kill(pid, 0)
        return pid
    return None


def film_on(operator: Operator) -> None:
    """Press until a film runs, from wherever the evening is."""

    def runs() -> bool:
        with suppress(MatineeError):
            view = operator.view()
            item = view.items[view.index] if view.index is not None else None
            if view.phase is Phase.RUNNING and item is not None and item.id == "tide":
                # what stood before has dark pictures of its own; a show killed now has not shown it
                # and this one is dark itself where it begins and ends
                if view.position_ms < 25_000:
                    return view.screen.token == f"{view.show}.{view.visit}.tide" and view.position_ms > 500
                operator.press(Verb.NEXT)
                return False
            operator.press(
                Verb.STANDBY if view.phase is Phase.OVER
                else Verb.GO if view.phase in {Phase.STANDBY, Phase.HELD, Phase.WAITING}
                else Verb.BACK if item is not None and item.id in {"intermission", "questions", "goodnight"}
                else Verb.NEXT
            )  # fmt: skip
        return False

    eventually(runs, 60)


def answers(address: str) -> bool:
    with suppress(MatineeError):
        return Browser().open(address).status < 500
    return False


def dark_s(projector: Projector, until: float) -> float:
    """The longest time that nothing at all was on the screen."""
    longest, since = 0.0, None
    while (now := time.monotonic()) < until:
        if not projector.is_black():
            since = None
            continue
        since = since or now
        longest = max(longest, now - since)
    return longest


@pytest.mark.parametrize("victims", VICTIMS, ids="+".join)
def test_the_picture_outlives_every_other_service_and_every_pair(
    box: Box, victims: tuple[Service, ...]
) -> None:
    operator = box.operator()
    film_on(operator)
    projector = Projector(box.display)
    before = {service: pid_of(box, service) for service in Service}
    for victim in victims:
        pid = before[victim]
        assert pid is not None, f"{victim} does not run"
        os.kill(pid, signal.SIGKILL)
    dark = dark_s(projector, time.monotonic() + 4)
    projector.close()
    eventually(
        lambda: all(pid_of(box, service) not in {None, before[service]} for service in victims), BACK_S
    )
    eventually(lambda: answers(f"{box.portal}/healthz") and answers(f"{box.console}/healthz"), BACK_S)
    others = {service: pid_of(box, service) for service in Service if service not in victims}
    assert others == {service: before[service] for service in others}
    eventually(lambda: sees_the_show(operator), BACK_S)
    assert box.guest().join()
    if Service.PLAYER not in victims:
        assert dark == 0.0
    assert dark <= 2.0


def sees_the_show(operator: Operator) -> bool:
    with suppress(MatineeError):
        view = operator.view()
        return view.player == "up" and view.phase is not Phase.NONE
    return False
