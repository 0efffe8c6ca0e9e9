"""Long work: seen, stopped, taken up after a kill."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.errors import MatineeError
from lab.staff_room import until
from provisioning.jobs import Ask, End, Hand, Job, Jobs, StoppedError

ASK = Ask("count", "Count to three", "sheep")


class Counting:
    """Work that goes on when it is let, and says so."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.done: list[str] = []

    def __call__(self, ask: Ask, hand: Hand) -> str:
        hand.say("one")
        while not self.go.wait(0.01):
            hand.way(1, 3)
        self.done.append(ask.subject)
        return "Three."


@pytest.fixture
def work() -> Counting:
    return Counting()


@pytest.fixture
def jobs(tmp_path: Path, work: Counting) -> Jobs:
    return Jobs(tmp_path / "job.json", {"count": work}, RealClock())


def ended(jobs: Jobs) -> Job:
    until(lambda: (job := jobs.now()) is not None and job.end is not End.RUNNING)
    job = jobs.now()
    assert job is not None
    return job


def test_work_is_seen_while_it_runs_and_after(jobs: Jobs, work: Counting, tmp_path: Path) -> None:
    jobs.start(ASK)
    until(lambda: (job := jobs.now()) is not None and job.coming.done_bytes == 1)
    with pytest.raises(MatineeError) as caught:
        jobs.start(ASK)
    assert caught.value.key == "organiser.busy"
    jobs.dismiss()
    assert jobs.now() is not None, "what runs is not dismissed"
    work.go.set()
    job = ended(jobs)
    assert (job.end, job.sentence, job.lines) == (End.DONE, "Three.", ("one",))
    until(lambda: not (tmp_path / "job.json").exists())
    jobs.dismiss()
    assert jobs.now() is None


def test_stopped_work_is_not_taken_up_again(jobs: Jobs, work: Counting, tmp_path: Path) -> None:
    jobs.start(ASK)
    jobs.stop()
    assert ended(jobs).end is End.STOPPED
    again = Jobs(tmp_path / "job.json", {"count": work}, RealClock())
    again.resume()
    assert again.now() is None


def test_what_a_kill_cut_off_is_done_again(jobs: Jobs, work: Counting, tmp_path: Path) -> None:
    jobs.start(ASK)
    jobs.leave()  # the note stays, as after a kill
    again = Jobs(tmp_path / "job.json", {"count": work}, RealClock())
    work.go.set()
    again.resume()
    job = ended(again)
    assert (job.end, job.again, work.done) == (End.DONE, True, ["sheep"])
    until(lambda: not (tmp_path / "job.json").exists())


@pytest.mark.parametrize("note", [b"", b"{", b'{"kind": 3}', b'{"kind":"other","title":"","subject":""}'])
def test_a_note_that_says_nothing_starts_nothing(jobs: Jobs, tmp_path: Path, note: bytes) -> None:
    (tmp_path / "job.json").write_bytes(note)
    jobs.resume()
    assert jobs.now() is None


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (MatineeError("organiser.no_place"), "Say where"),
        (OSError(28, "No space left on device"), "No space left"),
        (KeyError("x"), "did not end well"),
        (StoppedError(), ""),
    ],
)
def test_whatever_work_raises_becomes_a_sentence(tmp_path: Path, fault: Exception, words: str) -> None:
    def fails(_: Ask, __: Hand) -> str:
        raise fault

    jobs = Jobs(tmp_path / "job.json", {"count": fails}, RealClock())
    jobs.start(ASK)
    job = ended(jobs)
    assert job.end is (End.STOPPED if isinstance(fault, StoppedError) else End.FAILED)
    assert words in job.sentence
