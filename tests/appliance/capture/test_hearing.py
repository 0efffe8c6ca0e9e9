"""The thread that listens: it never holds up the camera, and nothing crosses from one run into another."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator

import pytest

from appliance.capture.hearing import MOST_WAITING, Hearing
from appliance.capture.packet import Packet, Stream
from appliance.capture.scoring import ScoredMoment

MOMENT = ScoredMoment(1.0, 4.0, 0.6, "laughter 0.91 for 3 s")


class Levers:
    """Senses with levers: each packet waits until it may be taken, and every one is a moment."""

    detector = "levers"

    def __init__(self) -> None:
        self.taken: queue.Queue[Packet] = queue.Queue()
        self.go = threading.Semaphore(0)
        self.ended = threading.Event()

    def take(self, packet: Packet) -> ScoredMoment | None:
        self.taken.put(packet)
        assert self.go.acquire(timeout=30)
        return MOMENT

    def now(self) -> tuple[tuple[str, float], ...]:
        return (("laughter", 0.9),)

    def going_on(self) -> ScoredMoment | None:
        return MOMENT

    def end(self) -> None:
        self.ended.set()


def sound(at_us: int = 0) -> Packet:
    return Packet(b"", at_us, key=True, stream=Stream.AUDIO, dts_us=at_us)


class Owner:
    """The owner thread: what is posted waits until it is run."""

    def __init__(self) -> None:
        self.senses = Levers()
        self.posted: queue.Queue[Callable[[], None]] = queue.Queue()
        self.told: list[ScoredMoment] = []
        self.hearing = Hearing(lambda: self.senses, self.told.append, self.posted.put)


@pytest.fixture
def owner() -> Iterator[Owner]:
    owner = Owner()
    yield owner
    for _ in range(MOST_WAITING):
        owner.senses.go.release()
    owner.hearing.close()


def test_what_is_heard_in_a_run_is_told_on_the_owner_thread(owner: Owner) -> None:
    owner.hearing.push(sound())
    owner.senses.go.release()
    work = owner.posted.get(timeout=30)
    assert owner.told == []
    work()
    assert owner.told == [MOMENT]
    now = owner.hearing.now()
    assert now is not None
    assert (now.detector, now.sounds, now.dropped) == ("levers", (("laughter", 0.9),), 0)
    assert owner.hearing.going_on() == MOMENT


def test_what_was_heard_in_a_run_that_has_ended_is_told_to_nobody(owner: Owner) -> None:
    owner.hearing.push(sound())
    owner.senses.taken.get(timeout=30)
    owner.hearing.ended(0)  # while it is being heard
    owner.senses.go.release()
    owner.posted.get(timeout=30)()
    assert owner.told == []
    assert owner.hearing.now() is None
    assert owner.hearing.going_on() is None
    assert owner.senses.ended.wait(30)


def test_what_waits_when_filming_ends_is_never_heard(owner: Owner) -> None:
    owner.hearing.push(sound(1))
    owner.senses.taken.get(timeout=30)
    owner.hearing.push(sound(2))
    owner.hearing.ended(0)
    owner.hearing.push(sound(3))
    owner.senses.go.release()
    assert owner.senses.taken.get(timeout=30).pts_us == 3


def test_a_push_never_waits_and_what_is_too_much_is_dropped_and_counted(owner: Owner) -> None:
    owner.hearing.push(sound())
    owner.senses.taken.get(timeout=30)  # it is held there
    for at in range(MOST_WAITING + 7):
        owner.hearing.push(sound(at))
    owner.senses.go.release()
    owner.posted.get(timeout=30)
    now = owner.hearing.now()
    assert now is not None
    assert now.dropped == 7


def test_pictures_between_key_frames_are_not_looked_at(owner: Owner) -> None:
    owner.hearing.push(Packet(b"", 1, key=False, stream=Stream.VIDEO, dts_us=1))
    owner.hearing.push(Packet(b"", 2, key=True, stream=Stream.VIDEO, dts_us=2))
    assert owner.senses.taken.get(timeout=30).pts_us == 2


def test_ears_that_break_end_the_listening_and_nothing_else(
    owner: Owner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    died: list[object] = []
    monkeypatch.setattr(threading, "excepthook", died.append)  # with it, the service would end
    monkeypatch.setattr(owner.senses, "take", lambda _: 1 / 0)
    owner.hearing.push(sound())
    owner.hearing._thread.join(30)  # noqa: SLF001 it ends by itself
    assert died == []
    assert "nothing is heard any more" in caplog.text
    owner.hearing.push(sound())
    assert (owner.hearing.now(), owner.hearing.going_on()) == (None, None)
