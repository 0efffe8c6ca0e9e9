from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.paths import Paths
from appliance.player import virtual_screen
from lab.films import make_counter_film
from lab.player_process import Player
from lab.projector import Projector
from lab.stage_house import house

__all__ = ["house"]


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    for film_id, seconds in ((1, 3.0), (2, 4.0), (3, 20.0)):
        make_counter_film(folder / f"{film_id}.mp4", film_id, seconds)
    good = (folder / "3.mp4").read_bytes()
    (folder / "noise.mp4").write_bytes(os.urandom(60_000))
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "cut.mp4").write_bytes(good[: len(good) // 5])
    subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "sine=duration=6", str(folder / "sound_only.mp4")],
        check=True,
    )
    return folder


@pytest.fixture(scope="session")
def screen() -> Iterator[str]:
    virtual = virtual_screen.start((1280, 720))
    yield virtual.name
    virtual.close()


@pytest.fixture
def projector(screen: str) -> Iterator[Projector]:
    projector = Projector(screen)
    yield projector
    projector.close()


@pytest.fixture
def player(paths: Paths, screen: str) -> Iterator[Player]:
    player = Player(paths, screen)
    yield player
    player.close()
