"""kill -9 at seeded moments: a real service is driven by many at once, dies, starts again, and goes on."""

from __future__ import annotations

import http.client
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode

from appliance.audience.capability import attendee_of
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Verb
from appliance.paths import Paths
from lab.audience import agreed
from lab.checker import Told
from lab.portal_process import Box, running

_SHOW = """
import sys
from appliance import config
from appliance.paths import Paths
from appliance.show.service import run_show
paths = Paths.from_environment()
run_show(paths, config.load(paths))
"""
_READY_TIMEOUT_S = 20


class Victim(Protocol):
    """A service and the way to ask something of it."""

    def alive(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Start it; inside, it answers."""
        ...

    def drive(self, tell: Callable[[str], None]) -> bool:
        """Ask one thing of it, telling ``sent``, ``told`` and ``refused``; False if it is gone."""
        ...


@dataclass
class Portal:
    """Phones that sign up."""

    box: Box

    def alive(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        return running(self.box)

    def drive(self, tell: Callable[[str], None]) -> bool:
        nonce = new_secret()
        subject = attendee_of(nonce)
        form = urlencode(
            {"nonce": nonce, "email": "mia@example.org", "news": "yes", **agreed(self.box.evening.event)}
        )
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        connection = http.client.HTTPConnection("127.0.0.1", self.box.port, timeout=15)
        tell(f"sent {subject}")
        try:
            connection.request("POST", "/join", form, kind)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        tell(f"told {subject}" if status == http.HTTPStatus.SEE_OTHER else f"refused {status} {subject}")
        return True


@dataclass
class Show:
    """An operator in a hurry."""

    paths: Paths

    def alive(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            [sys.executable, "-c", _SHOW], env={**os.environ, "MATINEE_ROOT": str(self.paths.root)}
        )
        clock, nothing = RealClock(), threading.Event()
        deadline = clock.monotonic() + _READY_TIMEOUT_S
        while not self._answers():
            assert process.poll() is None, "the show ended"
            assert clock.monotonic() < deadline, "the show did not start"
            clock.wait(nothing, 0.02)
        return process

    def drive(self, tell: Callable[[str], None]) -> bool:
        nonce = new_secret()
        tell(f"sent {nonce}")
        for verb in (Verb.NEXT, Verb.GO):
            try:
                ShowClient(self.paths).do(verb, nonce)
            except MatineeError as refused:
                if refused.key.startswith("ipc."):
                    return False
            else:
                tell(f"told {nonce}")
                return True
        tell(f"refused show {nonce}")
        return True

    def _answers(self) -> bool:
        try:
            ShowClient(self.paths).status()
        except MatineeError:
            return False
        return True


@dataclass
class Storm:
    """What the outside was told over all rounds."""

    seed: int
    lines: list[str] = field(default_factory=list)
    kills: int = 0

    def blow(
        self,
        victim: Victim,
        rounds: int,
        drivers: int = 8,
        most_told: int = 40,
        strike: Callable[[subprocess.Popen[bytes]], None] = subprocess.Popen.kill,
    ) -> Told:
        """``strike`` at ``victim`` in each round, after a number of answers and a fraction of one more."""
        luck = random.Random(self.seed)  # noqa: S311 no secret
        clock, nothing = RealClock(), threading.Event()
        for _ in range(rounds):
            wanted, late_s = luck.randint(1, most_told), luck.uniform(0, 0.01)
            with victim.alive() as process:
                enough = threading.Event()
                heard = _Heard(self.lines, wanted, enough)
                crowd = [threading.Thread(target=_drive, args=(victim, heard)) for _ in range(drivers)]
                for one in crowd:
                    one.start()
                enough.wait(_READY_TIMEOUT_S)
                clock.wait(nothing, late_s)
                strike(process)
                process.wait()
                self.kills += 1
                for one in crowd:
                    one.join()
        return Told.of(self.lines)


@dataclass
class _Heard:
    lines: list[str]
    left: int
    enough: threading.Event

    def tell(self, words: str) -> None:
        self.lines.append(words)
        if not words.startswith("sent"):
            self.left -= 1
            if self.left <= 0:
                self.enough.set()


def _drive(victim: Victim, heard: _Heard) -> None:
    while victim.drive(heard.tell):
        pass
