"""kill -9 in the middle of things: what was on screen comes back, what was saved is saved."""

from __future__ import annotations

import gzip
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from appliance.dev.audience import Guest
from appliance.dev.browser import Browser
from appliance.dev.operator import Operator
from appliance.errors import MatineeError
from appliance.model.programme import HouseLights
from appliance.model.show_view import Verb
from appliance.paths import Service
from e2e.box import Box, eventually
from e2e.short_night import FPS, SECOND
from lab.projector import Projector

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SIGN_UPS = 60


@pytest.fixture(scope="module")
def box(open_box: Callable[..., Box]) -> Box:
    return open_box()


def test_picture_comes_back_by_itself_where_it_was_when_the_player_is_killed(box: Box) -> None:
    operator = box.operator()
    projector = Projector(box.display)
    to_film(operator, "second")
    died_at = eventually(lambda: in_film(projector, at_least=4 * FPS), 30)
    first = box.pid("player")
    os.kill(first, signal.SIGKILL)

    lights = set()

    def is_back() -> int | None:
        lights.add(operator.view().lights)  # the remote answers all along, or this raises
        return in_film(projector, at_least=0) if box.pid("player") != first else None

    back_at = eventually(is_back, 30)
    assert lights == {HouseLights.DOWN}
    assert died_at - 2 * FPS <= back_at <= died_at + 3 * FPS
    eventually(lambda: in_film(projector, at_least=back_at + 10))
    projector.close()


def test_no_acknowledged_sign_up_is_missing_when_the_portal_is_killed(box: Box) -> None:
    half = threading.Event()
    passes: list[str] = []

    def sign_up(number: int) -> None:
        with suppress(MatineeError):  # told that it did not work: not acknowledged
            passes.append(Guest(number, box.portal).join().address)
        if len(passes) >= SIGN_UPS // 3:
            half.set()

    with ThreadPoolExecutor(max_workers=8) as phones:
        signing = [phones.submit(sign_up, number) for number in range(SIGN_UPS)]
        assert half.wait(30)
        os.killpg(box.pid("portal"), signal.SIGKILL)
        for one in signing:
            one.result()

    assert SIGN_UPS // 3 <= len(passes) < SIGN_UPS, "it was killed while people signed up"
    eventually(lambda: answers(f"{box.portal}/healthz"), 30)
    kept = [Browser().open(address).status for address in passes]
    assert kept == [200] * len(passes)
    fresh = Guest(1, box.portal).join()
    assert fresh.address not in passes
    eventually(lambda: box.operator().waiting() == 0, 30)
    arrived = [body for key, body in box.objects().items() if "/people-" in key]
    assert sum(len(gzip.decompress(body).splitlines()) for body in arrived) >= len(passes) + 1


def test_nothing_is_left_when_all_of_it_is_killed(box: Box) -> None:
    started = box.processes()
    assert len(started) >= len(Service) + 1
    box.kill()
    eventually(lambda: not box.alive(started))


def to_film(operator: Operator, item: str) -> None:
    operator.press(Verb.GO)
    eventually(lambda: operator.press(Verb.NEXT).index == 1)
    view = eventually(lambda: reached(operator, item), 40)
    assert view


def reached(operator: Operator, item: str) -> bool:
    view = operator.view()
    return view.index is not None and view.items[view.index].id == item


def in_film(projector: Projector, at_least: int) -> int | None:
    strip = projector.strip()
    return strip[1] if strip is not None and strip[0] == SECOND and strip[1] >= at_least else None


def answers(url: str) -> bool:
    try:
        return Browser().open(url).status == 200
    except MatineeError:
        return False
