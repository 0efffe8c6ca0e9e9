"""A disk that fails or is full, a process that dies, at every system call: nobody is told wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import acts
from lab.films import make_counter_film
from lab.syscall_sweep import Report, sweep

pytestmark = pytest.mark.timeout(300)  # other suites may run beside it

ACTS = ("signing_up", "claiming", "importing", "going", "letting_in")


def swept(act: str, work: Path, mutant: str = "", most: int = 0, seed: int = 20261127) -> Report:
    if act == "importing":
        (work / acts.SOURCES).mkdir()
        for number in range(3):
            make_counter_film(work / acts.SOURCES / f"film{number}.mp4", number, 0.4, size=(320, 180))
    return sweep(act, work, mutant, most, seed)


@pytest.mark.parametrize("act", ACTS)
def test_a_fault_at_a_system_call_loses_nothing_that_was_told(act: str, in_memory: Path) -> None:
    report = swept(act, in_memory, most=8 if act == "importing" else 12)
    assert report.points in {8, 12}
    assert report.killed, "some must really have died"
    assert report.refused, "some faults must really have been met"
    assert report.told >= report.points
    assert not report.wrong
    assert not report.raised


def test_who_signs_up_on_a_failing_disk_hears_of_it_and_nothing_crashes(in_memory: Path) -> None:
    report = swept("signing_up", in_memory, most=16, seed=2)
    assert not report.wrong
    assert not report.raised
    assert set(report.refused) == {"store.not_saved"}


@pytest.mark.parametrize("mutant", ["told_before_commit", "saved_in_pieces"])
def test_a_mutant_is_caught(mutant: str, in_memory: Path) -> None:
    assert swept("signing_up", in_memory, mutant, most=8).wrong


def test_a_door_that_tells_before_it_is_saved_is_caught(in_memory: Path) -> None:
    assert swept("letting_in", in_memory, "told_before_commit", most=8).wrong


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("act", ACTS)
def test_every_fault_point(act: str, in_memory: Path) -> None:
    report = swept(act, in_memory)
    assert report.points >= 180
    assert not report.wrong
