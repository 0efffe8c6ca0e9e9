"""Full card, wrong clock, a process that stands still and a power cut, mixed by seed, at a busy portal.

A seed that fails replays: ``pytest tests/proof/test_mixed.py -m "soak or not soak" -k SEED``.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.paths import Paths
from e2e.box import eventually
from lab.audience import SAMPLE
from lab.checker import Told, violations
from lab.kill_at_random import Portal, Storm
from lab.lossy_disk import LossyDisk
from lab.portal_process import Box

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
CLOCKS = ("", "-56y", "-10y", "+73y", "+1d", "-3h")
CARD_MB = 24
ROUNDS = 3
PATIENCE_S = 60
"""For the next answer, on a machine that has much else to do."""
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 201))]

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    """A card that can be filled."""
    place = tmp_path / "card"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={CARD_MB}m", "matinee-card", place], check=True)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


class Trouble:
    """One round of it, for a portal on ``disk``; always ends without power."""

    def __init__(self, luck: random.Random, disk: LossyDisk, storm: Storm) -> None:
        self._luck = luck
        self._disk = disk
        self._storm = storm
        self._all: dict[str, Callable[[subprocess.Popen[bytes]], None]] = {
            "full": self._fill,
            "stopped": self._stop,
            "freed": self._free,
        }
        self.met: list[str] = []

    def strike(self, process: subprocess.Popen[bytes]) -> None:
        self.met = self._luck.choices(sorted(self._all), k=self._luck.randint(0, 3))
        for name in self.met:
            self._all[name](process)
        self._disk.cut(self._luck.choice([None, self._luck.randint(1, 1000)]))
        process.kill()

    def _ballast(self) -> Path:
        return self._disk.folder / "ballast"

    def _fill(self, process: subprocess.Popen[bytes]) -> None:
        with suppress(OSError), self._ballast().open("ab") as ballast:
            while True:
                os.write(ballast.fileno(), bytes(4096))
        self._some_answers(process)

    def _free(self, process: subprocess.Popen[bytes]) -> None:
        self._ballast().unlink(missing_ok=True)
        self._some_answers(process)

    def _stop(self, process: subprocess.Popen[bytes]) -> None:
        process.send_signal(signal.SIGSTOP)
        heard = len(self._storm.lines)
        process.send_signal(signal.SIGCONT)
        eventually(lambda: process.poll() is not None or len(self._storm.lines) > heard, PATIENCE_S)

    def _some_answers(self, process: subprocess.Popen[bytes]) -> None:
        wanted = len(self._storm.lines) + self._luck.randint(4, 30)
        eventually(lambda: process.poll() is not None or len(self._storm.lines) >= wanted, PATIENCE_S)


@pytest.mark.parametrize("seed", SEEDS)
def test_who_was_told_is_there_whatever_came_together(
    seed: int, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    luck = random.Random(seed)  # noqa: S311 no secret
    lines: list[str] = []
    met: list[str] = []
    (tmp_path / "sockets").mkdir()
    box: Box | None = None
    for number in range(ROUNDS):
        clock = luck.choice(CLOCKS) if LIBRARY is not None else ""
        (card / "disk" / "ballast").unlink(missing_ok=True)
        with LossyDisk(card / "disk") as disk:
            if box is None:
                box = Box.prepared(Paths(disk.path / "box").ensure(), SAMPLE.read_text("utf-8"))
                box.run_in(tmp_path / "sockets")
            disk.settle()
            storm = Storm(1000 * seed + number, lines)
            trouble = Trouble(luck, disk, storm)
            with monkeypatch.context() as set_wrong:
                if clock:
                    set_wrong.setenv("LD_PRELOAD", str(LIBRARY))
                    set_wrong.setenv("FAKETIME", clock)
                    set_wrong.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                storm.blow(Portal(box), 1, most_told=40, strike=trouble.strike)
            met += [clock, *trouble.met]
    outside = Told.of(lines)
    assert len(outside.told) >= ROUNDS, met
    assert violations("signing_up", card / "disk" / "box", outside) == [], met
