"""Two operators at once, through the show's socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import groupby, pairwise

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.ids import CueId
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase, ShowView, Verb
from appliance.paths import Paths, Service
from appliance.runtime.service import ServiceLoop
from appliance.show.routes import Act, routes
from appliance.store.show_rows import ShowRows
from lab.evening import MANIFEST
from lab.ola import wait_until
from lab.show_house import House
from lab.show_process import ShowProcess


@pytest.fixture
def show(paths: Paths) -> Iterator[ShowProcess]:
    made = ShowProcess(paths, '[osc]\nlisten = ""\n')
    made.load(MANIFEST)
    yield made
    made.stop()


class Stopwatch:
    """The show's routes at their real socket, in a room where time passes when the test says so."""

    def __init__(self, paths: Paths, clock: HeldClock) -> None:
        self.clock, self.client = clock, ShowClient(paths)
        self._house = House(paths, clock)
        self._house.load()
        self._loop = ServiceLoop(Service.SHOW, paths, RealClock())
        self._loop.serve(routes(paths, self._house.director, self._perform))
        self._owner = threading.Thread(target=self._loop.run)
        self._owner.start()
        wait_until(paths.socket(Service.SHOW).exists)

    def _perform(self, act: Act) -> ShowView:
        act(self._house.director)
        return self._house.director.view()

    def close(self) -> None:
        self._loop.stop()
        self._owner.join()
        self._house.close()


@pytest.fixture
def stopwatch(paths: Paths, clock: HeldClock) -> Iterator[Stopwatch]:
    made = Stopwatch(paths, clock)
    yield made
    made.close()


def at_once(*acts: Callable[[], ShowView]) -> list[ShowView | str]:
    def tried(act: Callable[[], ShowView]) -> ShowView | str:
        try:
            return act()
        except MatineeError as refused:
            return refused.key

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(tried, acts))


def test_the_same_nonce_from_sixteen_hands_is_one_act(show: ShowProcess) -> None:
    answers = at_once(*[lambda: show.client.do(Verb.GO, "same")] * 16)
    assert {answer.visit for answer in answers if isinstance(answer, ShowView)} == {1}
    assert len(answers) == 16


def test_go_from_eight_hands_in_one_moment_is_one_go(stopwatch: Stopwatch) -> None:
    for moment in (1, 2):
        hands = [f"hand-{moment}-{number}" for number in range(8)]
        answers = at_once(*[lambda hand=hand: stopwatch.client.do(Verb.GO, hand) for hand in hands])
        assert [answer.visit for answer in answers if isinstance(answer, ShowView)] == [moment] * 8
        stopwatch.clock.advance(0.5)


def test_a_bounced_press_stays_bounced_when_it_is_sent_again(stopwatch: Stopwatch) -> None:
    stopwatch.client.do(Verb.GO, "first")
    assert stopwatch.client.do(Verb.GO, "second").visit == 1
    stopwatch.clock.advance(1)
    for _ in range(3):
        assert stopwatch.client.do(Verb.GO, "second").visit == 1
    assert stopwatch.client.do(Verb.GO, "third").visit == 2


def test_whatever_two_hands_press_at_what_they_saw_the_show_moves_once(show: ShowProcess) -> None:
    seen = show.client.do(Verb.GO)
    for _ in range(5):
        at_once(
            *[
                lambda verb=verb, visit=seen.visit: show.client.do(verb, None, visit)
                for verb in (Verb.NEXT, Verb.BACK, Verb.NEXT, Verb.BACK)
            ]
        )
        after = show.client.status()
        assert after.visit <= seen.visit + 1
        seen = after


def test_a_press_at_what_is_no_longer_on_is_refused(show: ShowProcess) -> None:
    seen = show.client.do(Verb.GO)
    show.client.do(Verb.NEXT, None, seen.visit)
    with pytest.raises(MatineeError) as caught:
        show.client.do(Verb.BACK, None, seen.visit)
    assert caught.value.key == "show.moved_on"


def test_a_hundred_presses_of_everything_leave_one_story(show: ShowProcess, paths: Paths) -> None:
    show.client.do(Verb.GO)
    acts: list[Callable[[], ShowView]] = []
    for number in range(100):
        verb = list(Verb)[number % len(Verb)]
        acts.append(lambda verb=verb, number=number: show.client.do(verb, f"n{number // 2}"))
        acts.append(lambda number=number: show.client.fire(CueId("sell"), f"c{number // 2}"))
    at_once(*acts[:16])
    for part in range(16, len(acts), 16):
        at_once(*acts[part : part + 16])
    rows = ShowRows.reader(paths)
    steps = rows.database.query("SELECT show, nonce, visit FROM step ORDER BY seq")
    nonces = [row["nonce"] for row in steps if row["nonce"]]
    assert len(nonces) == len(set(nonces))
    for _, showing in groupby(steps, lambda row: str(row["show"])):  # each Standby after a visit begins one
        visits = [row["visit"] for row in showing]
        assert visits[0] == 0
        assert all(0 <= after - before <= 1 for before, after in pairwise(visits))
    assert len([row for row in steps if row["nonce"] and row["nonce"].startswith("c")]) == 50
    assert show.client.status().phase in Phase
