"""A program that runs while its settings stand: started again when it ends, gone when we are."""

from __future__ import annotations

import logging
import subprocess
from collections.abc import Sequence
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.runtime.leash import leashed

_GRACE_S = 3.0
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0
_STEADY_S = 20.0

_log = logging.getLogger(__name__)


class Child:
    """One program with one file of settings. Use it from one thread that outlives the program."""

    def __init__(self, command: Sequence[str], settings: Path, clock: Clock) -> None:
        """``command`` names ``settings``, which is written before each start."""
        self._command = list(command)
        self._settings = settings
        self._clock = clock
        self._process: subprocess.Popen[bytes] | None = None
        self._text: str | None = None
        self._started = float("-inf")
        self._wait_s = _FIRST_WAIT_S

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        return self._process is not None and self._process.poll() is None

    def ensure(self, text: str | None) -> bool:
        """Let it run with the settings ``text``, None: not at all; True if something had to be done.

        One that ends by itself is started again after a second, then two, four, up to thirty.
        """
        if text is None or text != self._text:
            done = self.running
            self.stop()
            self._text = text
            self._wait_s = _FIRST_WAIT_S
            if text is not None:
                self._start(text)
            return done or text is not None
        if self.running:
            if self._clock.monotonic() - self._started > _STEADY_S:
                self._wait_s = _FIRST_WAIT_S
            return False
        if self._clock.monotonic() - self._started < self._wait_s:
            return False
        _log.warning("ended, started again program=%s", self._command[0])
        self._wait_s = min(_LONGEST_WAIT_S, self._wait_s * 2)
        self._start(text)
        return True

    def restart(self) -> None:
        """Once more, with the same settings."""
        self.stop()
        if self._text is not None:
            self._start(self._text)

    def stop(self) -> None:
        """End it; killed if it does not listen."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(_GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _start(self, text: str) -> None:
        self._settings.parent.mkdir(parents=True, exist_ok=True)
        self._settings.write_text(text, "utf-8")
        self._started = self._clock.monotonic()
        try:
            self._process = subprocess.Popen(leashed(self._command), stdin=subprocess.DEVNULL)
        except OSError as fault:
            raise MatineeError("network.missing", program=self._command[0]) from fault
