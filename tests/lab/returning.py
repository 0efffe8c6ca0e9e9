"""The real player under the real supervisor, told what to show by the show's own link; ways to hurt it."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

import msgspec

from appliance.clock import RealClock
from appliance.dev.house import roles
from appliance.dev.supervisor import Supervisor
from appliance.dev.terminal import Terminal
from appliance.ipc.player_client import PlayerClient
from appliance.model.picture import Film, Screen, ScreenStatus
from appliance.paths import Paths, Service
from appliance.show.player_link import PlayerLink
from lab.player_process import PROGRAM
from lab.projector import Projector, Strip, eventually

CHECKPOINT_MS = 1000
"""As often as the show writes where it stands."""
_DEADLOCK = (
    "import signal, threading; lock = threading.Lock(); "
    "signal.signal(signal.SIGUSR1, lambda *_: (lock.acquire(), lock.acquire())); "
)
FRAME_MS = 40
_PATIENCE_S = 90.0


class Hurt(StrEnum):
    """What may befall a player."""

    KILL = "killed"
    STOP = "stopped"
    DEADLOCK = "deadlocked"


_SIGNALS = {Hurt.KILL: signal.SIGKILL, Hurt.STOP: signal.SIGSTOP, Hurt.DEADLOCK: signal.SIGUSR1}


@dataclass(frozen=True, slots=True)
class Return:
    """How it came back."""

    hurt: Hurt
    seconds: float
    """Until a picture of the film moved again."""
    behind_ms: int
    """How far before the picture at the moment of the fault it went on; negative: after it."""
    after_checkpoint_ms: int
    """How far after the checkpoint it went on; negative would be behind it."""
    black: int
    """Samples in which nothing was on the screen, until a picture moved again."""


class House:
    """One film on a screen, and everything that keeps it there."""

    def __init__(self, paths: Paths, screen: str, film: Path) -> None:
        self._paths = paths
        self._film = Film("showing", "Film", str(film))
        self._checkpoint_ms = 0
        self._clock = RealClock()
        role = next(role for role in roles() if role.name == Service.PLAYER)
        role = replace(role, command=(sys.executable, "-c", _DEADLOCK + PROGRAM, str(paths.root)))
        self.words = io.StringIO()
        hurry = threading.Event()
        hurry.set()
        terminal = Terminal(self.words, self.words)
        environment = {**os.environ, "DISPLAY": screen}
        self._supervisor = Supervisor([role], environment, terminal, self._clock, hurry)
        self._link = PlayerLink(PlayerClient(paths), self._clock, self._see)
        self._projector = Projector(screen)
        self._supervisor.start()
        self._link.want(Screen(self._film))
        self._link.start()
        eventually(self._projector.strip, _PATIENCE_S)

    def _see(self, status: ScreenStatus | None) -> None:
        if status is None or status.token != self._film.token:
            return
        if status.position_ms >= self._checkpoint_ms + CHECKPOINT_MS:
            self._checkpoint_ms = status.position_ms
            start_ms = self._checkpoint_ms
            self._link.want(Screen(msgspec.structs.replace(self._film, start_ms=start_ms)))

    def plays_past(self, position_ms: int) -> None:
        eventually(
            lambda: (strip := self._projector.strip()) and strip[1] * FRAME_MS > position_ms, _PATIENCE_S
        )

    def hurt(self, hurt: Hurt) -> Return:
        """Do it, and wait until the film goes on."""
        (self._paths.run / "player.lives").unlink(missing_ok=True)  # five in two minutes are another test
        pid = self._supervisor.pid("player")
        assert pid is not None
        before = self._projector.strip()
        assert before is not None
        began = time.monotonic()
        os.kill(pid, _SIGNALS[hurt])
        black: list[bool] = []

        def strip() -> Strip | None:
            black.append(self._projector.is_black())
            return self._projector.strip()

        while self._supervisor.pid("player") in {pid, None}:
            strip()
        checkpoint_ms = self._checkpoint_ms
        first = eventually(strip, _PATIENCE_S)
        moved = eventually(lambda: (now := strip()) and now != first and now, _PATIENCE_S)
        seconds = time.monotonic() - began
        assert moved[0] == first[0]
        behind_ms = (before[1] - first[1]) * FRAME_MS
        return Return(hurt, seconds, behind_ms, first[1] * FRAME_MS - checkpoint_ms, sum(black))

    def close(self) -> None:
        self._link.stop()
        self._supervisor.stop()
        self._projector.close()
