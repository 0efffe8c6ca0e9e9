"""Broken and hostile films through the real player: no crash, no hang, and each film's fate is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from appliance.model.picture import Film, Screen, ScreenStatus
from appliance.paths import Paths
from appliance.player import virtual_screen
from lab.hostile_films import broken, specials
from lab.player_process import Player
from lab.projector import eventually

Fuzzed = Callable[[str, int], None]

QUICK = 8
MANY = 500
FATE_S = 20.0
"""Far more than the 2 s a person is promised (measured elsewhere, on an idle machine)."""


@pytest.fixture
def player(paths: Paths) -> Iterator[Player]:
    screen = virtual_screen.start((640, 360))
    player = Player(paths, screen.name)
    yield player
    player.close()
    screen.close()
    assert player.process.returncode == 0
    # Decoders have a word for each damaged block: a flood in the journal, so only our own lines get there.
    assert all(line.startswith("picture failed ") for line in player.stderr.splitlines()), player.stderr


def patiently(ask: Callable[[], ScreenStatus]) -> ScreenStatus:
    """Ask again, twice, when no answer came within 3 s: on a busy machine libVLC takes its time to stop."""
    for _ in range(2):
        try:
            return ask()
        except MatineeError as late:
            if late.key != "ipc.timeout":
                raise
            print("no answer for 3 s")  # noqa: T201 the figure of a soak
    return ask()


def fate(player: Player, film: Film) -> str:
    """Show it and wait until it plays, ended or was named as failed."""
    before = patiently(lambda: player.client.show(Screen(film))).pictures_shown

    def told() -> str:
        assert player.process.poll() is None, f"the player died of {film.title}"
        status = patiently(player.client.status)
        if any(failure.token == film.token and failure.reason for failure in status.failed):
            return "named"
        if status.token != film.token:  # what was there before stands until this one has a picture
            return ""
        if status.ended:
            return "ended"
        return "plays" if status.kind == "film" and status.pictures_shown > before else ""

    return eventually(told, FATE_S)


def run_all(player: Player, files: Iterator[Path]) -> Counter[str]:
    fates: Counter[str] = Counter()
    for number, path in enumerate(files):
        told = fate(player, Film(f"{number}-{path.name}", path.name, str(path)))
        print(f"{told:6} {path.name}")  # noqa: T201 the figure of a soak
        fates[told] += 1
    print(dict(fates))  # noqa: T201 as above
    return fates


def mixed(samples: list[Path], folder: Path, count: int) -> Iterator[Path]:
    (folder / "broken").mkdir()
    (folder / "odd").mkdir()
    odd = specials(next(path for path in samples if path.name == "plain.mp4"), folder / "odd")
    return islice(chain(odd, broken(samples, folder / "broken", count)), count)


def test_the_player_survives_a_dozen(
    player: Player, samples: list[Path], tmp_path: Path, fuzzed: Fuzzed
) -> None:
    wanted = {"empty.mp4", "playlist.mp4", "huge-sparse.mp4", "reference-net.mov", "sound-only.mp4"}
    files = [path for path in mixed(samples, tmp_path, 40) if path.name in wanted]
    files += list(broken(samples, tmp_path / "broken", QUICK, seed=7))
    fates = run_all(player, iter([*files, samples[0]]))
    fuzzed("films into the player (zzuf)", fates.total())
    assert fates["named"] >= len(wanted) - 1
    assert fates.total() == len(wanted) + QUICK + 1


@pytest.mark.soak
@pytest.mark.timeout(5400)
def test_the_player_survives_five_hundred(
    player: Player, samples: list[Path], tmp_path: Path, fuzzed: Fuzzed
) -> None:
    fates = run_all(player, mixed(samples, tmp_path, MANY))
    fuzzed("films into the player (zzuf)", fates.total())
    assert fates.total() == MANY
    assert {"named", "plays"} <= set(fates)
