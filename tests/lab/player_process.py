"""The real player in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

from appliance.errors import MatineeError
from appliance.ipc.client import ControlClient
from appliance.ipc.player_client import PlayerClient
from appliance.model.picture import ScreenStatus
from appliance.paths import Paths, Service
from lab.projector import eventually

PROGRAM = (
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
        self._said = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would stop it  # noqa: SIM115 closed below
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", PROGRAM, str(paths.root)],
            env={**os.environ, "DISPLAY": screen},
            stderr=self._said,
        )
        try:
            eventually(self._answers)
        except AssertionError:
            self.process.kill()
            self.close()
            raise

    def seek(self, token: str, position_ms: int) -> None:
        self.control.ask("POST", "/seek", ScreenStatus, {"token": token, "position_ms": position_ms})

    def _answers(self) -> bool:
        assert self.process.poll() is None
        try:
            return self.client.status().kind == "card"
        except MatineeError:
            return False

    def close(self) -> None:
        if self._said.closed:
            return
        self.process.terminate()
        self.process.wait(60)
        self._said.seek(0)
        self.stderr = self._said.read()
        self._said.close()
