"""The pushing thread: when it tries, when it leaves the bucket alone, and what it says meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.model.sync_view import BucketState
from appliance.sync.worker import PushWorker, Uplink

DONE = True
AWAY = MatineeError("bucket.away", where="http://here", fault="there is no connection")
REFUSED = MatineeError("bucket.refused", where="http://here", fault="the secret key is wrong")


class Line:
    """An uplink with a lever: what the next steps do."""

    def __init__(self, *answers: Exception | bool) -> None:
        self._answers = list(answers)
        self.tried = threading.Semaphore(0)
        self.hurried = 0

    def step(self) -> bool:
        answer = self._answers.pop(0) if self._answers else False
        self.tried.release()
        if isinstance(answer, Exception):
            raise answer
        return answer

    def hurry(self) -> None:
        self.hurried += 1

    def tries(self, count: int, timeout_s: float = 30) -> bool:
        return all(self.tried.acquire(timeout=timeout_s) for _ in range(count))


@contextmanager
def working(line: Line, poll_s: float = 60) -> Iterator[tuple[PushWorker, list[Exception]]]:
    faults: list[Exception] = []
    worker = PushWorker(line.step, line.hurry, RealClock(), Uplink(BucketState.AWAY), poll_s=poll_s)
    worker.start(faults.append)
    yield worker, faults
    worker.stop()


def test_it_goes_on_while_there_is_something_to_do() -> None:
    line = Line(DONE, DONE, DONE)
    with working(line) as (worker, _):
        assert line.tries(4)
        assert worker.uplink.state is BucketState.READY
        assert worker.uplink.last_success is not None


def test_nothing_to_do_says_nothing_about_the_bucket() -> None:
    line = Line()
    with working(line) as (worker, _):
        assert line.tries(1)
        assert worker.uplink.state is BucketState.AWAY


def test_while_it_backs_off_the_bell_is_not_a_reason_to_try() -> None:
    line = Line(REFUSED)
    with working(line) as (worker, _):
        assert line.tries(1)
        worker.wake()
        assert not line.tries(1, 0.3)  # a first failure waits half a second at least
        assert "secret key is wrong" in worker.uplink.sentence
        assert worker.uplink.state is BucketState.REFUSED


def test_whoever_asks_is_heard_at_once_and_the_gathering_ends() -> None:
    line = Line(AWAY, DONE)
    with working(line) as (worker, _):
        assert line.tries(1)
        worker.push()
        assert line.tries(2)
        assert line.hurried == 1
        assert worker.uplink.failures == 0
        assert worker.uplink.sentence == ""


def test_a_silent_bell_is_made_up_for_by_looking() -> None:
    line = Line()
    with working(line, poll_s=0.01):
        assert line.tries(5)


def test_a_bug_is_handed_to_the_owner_thread() -> None:
    bug = ZeroDivisionError("a bug")
    line = Line(bug)
    with working(line) as (worker, faults):
        assert line.tries(1)
        worker.stop()
        assert faults == [bug]
