"""A night in a film is dark for a long time, and is no stall: nothing starts again."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from appliance.model.picture import Film, Screen
from appliance.paths import Paths
from appliance.player import virtual_screen
from lab.player_process import Player
from lab.projector import eventually

pytestmark = [pytest.mark.soak, pytest.mark.timeout(120)]

SECONDS = 15


def dark_film(path: Path) -> Path:
    """Black from its first to its last picture, and silent."""
    command = [
        *("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color=c=black:s=640x360:r=25:d={SECONDS}"),
        *(
            "-f",
            "lavfi",
            "-i",
            f"anullsrc=d={SECONDS}",
            "-shortest",
            "-c:v",
            "libx264",
            "-c:a",
            "aac",
            str(path),
        ),
    ]
    subprocess.run(command, check=True)
    return path


def test_twelve_dark_seconds_are_no_stall(paths: Paths, tmp_path: Path) -> None:
    screen = virtual_screen.start((640, 360))
    player = Player(paths, screen.name)
    try:
        player.client.show(Screen(Film("night", "Night", str(dark_film(tmp_path / "night.mp4"))), None))
        eventually(lambda: (player.client.status().position_ms or 0) > 12_000, 40)
        status = player.client.status()
        assert status.token == "night"
        assert status.failed == ()
        assert player.process.poll() is None
    finally:
        player.close()
        screen.close()
