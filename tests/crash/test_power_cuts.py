"""The power goes at any moment, and what was not fsynced is gone: told is within stored is within sent.

Each act is recorded once on the lossy disk (FUSE); then every state that a cut could have left is rebuilt and
the box is started on it. ``make soak`` tries all cuts of longer acts with many seeds.
"""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import pytest

from appliance.paths import Paths
from lab import acts, lossy_disk
from lab.audience import SAMPLE
from lab.checker import Told, violations
from lab.crash_states import BOX, Recording, record, start, sweep
from lab.films import make_counter_film
from lab.kill_at_random import Portal, Storm
from lab.lossy_disk import LossyDisk
from lab.portal_process import Box

pytestmark = pytest.mark.timeout(300)  # other suites may run beside it

ACTS = ("signing_up", "claiming", "importing", "going")
CAUGHT = (
    ("database_never_flushes", "signing_up"),
    ("told_before_commit", "signing_up"),
    ("saved_in_pieces", "signing_up"),
    ("database_never_flushes", "claiming"),
    ("database_never_flushes", "going"),
    ("saved_in_pieces", "going"),
    ("files_never_flushed", "importing"),
    ("renamed_before_flush", "importing"),
    ("names_never_flushed", "importing"),
)
MOST = 40
"""Cuts of each act in the normal suite, each once with and once without luck."""


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("films")
    return [
        make_counter_film(folder / f"film{number}.mp4", number, 0.4, size=(320, 180)) for number in range(4)
    ]


def recorded(act: str, work: Path, films: list[Path], times: int = 4, mutant: str = "") -> Recording:
    return record(act, work, times, mutant, films if act == "importing" else None)


@pytest.mark.parametrize("act", ACTS)
def test_what_was_told_survives_a_power_cut_anywhere(act: str, in_memory: Path, films: list[Path]) -> None:
    recording = recorded(act, in_memory, films)
    assert len(recording.done) > 20, "it must really have written"
    states, found = sweep(act, recording, in_memory, recording.cuts(MOST), [None, 1])
    assert states == 2 * MOST
    assert not found


@pytest.mark.parametrize(("mutant", "act"), CAUGHT)
def test_a_mutant_is_caught(mutant: str, act: str, in_memory: Path, films: list[Path]) -> None:
    recording = recorded(act, in_memory, films, times=3, mutant=mutant)
    _, found = sweep(act, recording, in_memory, recording.cuts(60), [None, 1, 2])
    assert found


@pytest.mark.parametrize("seed", [1, 2])
def test_a_disk_that_loses_power_for_real_keeps_what_was_told(seed: int, tmp_path: Path) -> None:
    with LossyDisk(tmp_path / "disk") as disk:
        acts.prepare("signing_up", disk.path / BOX)
        disk.settle()
        luck = random.Random(seed)  # noqa: S311 no secret
        with start("signing_up", disk.path / BOX, "stdout", times=10_000) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(luck.randint(40, 80))]
            disk.cut(seed)
            process.kill()
            lines += process.stdout.readlines()
    outside = Told.of(lines)
    assert len(outside.told) >= 10
    assert not violations("signing_up", disk.folder / BOX, outside)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_portal_that_loses_power_among_sixteen_phones_keeps_what_it_told(seed: int, tmp_path: Path) -> None:
    storm = Storm(seed)
    with LossyDisk(tmp_path / "disk") as disk:
        box = Box.prepared(Paths(disk.path / BOX).ensure(), SAMPLE.read_text("utf-8"))
        (tmp_path / "sockets").mkdir()
        box.run_in(tmp_path / "sockets")
        disk.settle()

        def power_goes(process: subprocess.Popen[bytes]) -> None:
            disk.cut(seed)
            process.kill()

        outside = storm.blow(Portal(box), 1, drivers=16, most_told=200, strike=power_goes)
    assert outside.told
    assert not violations("signing_up", disk.folder / BOX, outside)


def test_without_fuse_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="needs FUSE"), LossyDisk(tmp_path / "disk"):
        pass
    assert "fuse3" in lossy_disk.NO_FUSE


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("act", ACTS)
def test_every_cut_of_a_long_act_with_many_seeds(act: str, in_memory: Path, films: list[Path]) -> None:
    times = len(films) if act == "importing" else 30
    recording = recorded(act, in_memory, films, times=times)
    cuts = recording.cuts(600)
    states, found = sweep(act, recording, in_memory, cuts, [None, *range(1, 10)])
    assert states == 10 * len(cuts)
    assert not found


def test_nothing_stays_mounted_after_a_cut(tmp_path: Path) -> None:
    with LossyDisk(tmp_path / "disk") as disk:
        (disk.path / "kept").write_text("kept", "utf-8")
        disk.settle()
        (disk.path / "lost").write_text("lost", "utf-8")
        disk.cut()
        with pytest.raises(OSError, match="Input/output"):
            (disk.path / "late").write_text("late", "utf-8")
    assert (
        str(tmp_path)
        not in subprocess.run(["findmnt", "-n", "-l"], capture_output=True, text=True, check=True).stdout
    )
    assert [path.name for path in (tmp_path / "disk").iterdir()] == ["kept"]
