"""The real player in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys

from appliance.errors import MatineeError
from appliance.ipc.client import ControlClient
from appliance.ipc.player_client import PlayerClient
from appliance.model.picture import ScreenStatus
from appliance.paths import Paths, Service
from lab.projector import eventually

_PLAYER = (
    "import sys; from appliance.clock import RealClock; from appliance.config import Config; "
    "from appliance.paths import Paths; from appliance.player.service import run_player; "
    "from pathlib import Path; "
    "run_player(Paths(Path(sys.argv[1])), RealClock(), Config())"
)


class Player:
    """The real player in a process of its own."""

    def __init__(self, paths: Paths, screen: str) -> None:
        self.client = PlayerClient(paths)
        self.control = ControlClient(paths, Service.PLAYER, timeout_s=3.0)
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", _PLAYER, str(paths.root)],
            env={**os.environ, "DISPLAY": screen},
            stderr=subprocess.PIPE,
            text=True,
        )
        eventually(self._answers)

    def seek(self, token: str, position_ms: int) -> None:
        self.control.ask("POST", "/seek", ScreenStatus, {"token": token, "position_ms": position_ms})

    def _answers(self) -> bool:
        assert self.process.poll() is None
        try:
            return self.client.status().kind == "card"
        except MatineeError:
            return False

    def close(self) -> None:
        self.process.terminate()
        self.stderr = self.process.communicate(timeout=10)[1]
