"""A program that runs while its settings stand: started again when it ends, taken over when we were killed.

It outlives a killed service on purpose: phones go on being served until the next start finds it.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.runtime.pidfd import has_ended

_GRACE_S = 3.0
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0
_STEADY_S = 20.0

_log = logging.getLogger(__name__)


class Child:
    """One program with one file of settings; beside it a file with its process id."""

    def __init__(self, command: Sequence[str], settings: Path, clock: Clock) -> None:
        """``command`` names ``settings``, which is written before each start."""
        self._command = list(command)
        self._settings = settings
        self._clock = clock
        self._pid_file = settings.with_suffix(".pid")
        self._text: str | None = None
        self._handle: int | None = None
        self._started = float("-inf")
        self._wait_s = _FIRST_WAIT_S
        self.number = 0
        """Counts starts."""
        self._take_over()

    @property
    def running(self) -> bool:
        """Whether it runs now."""
        if self._handle is None:
            return False
        if not has_ended(self._handle):
            return True
        self._forget()
        return False

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
        if self.running and self._handle is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._handle, number)
                if has_ended(self._handle, _GRACE_S):
                    break
            self._forget()

    def _start(self, text: str) -> None:
        self.number += 1
        self._settings.parent.mkdir(parents=True, exist_ok=True)
        self._settings.write_text(text, "utf-8")
        self._started = self._clock.monotonic()
        try:
            process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, process_group=0)
        except OSError as fault:
            raise MatineeError("network.missing", program=self._command[0]) from fault
        self._handle = os.pidfd_open(process.pid)
        self._pid_file.write_text(str(process.pid), "ascii")
        process.returncode = 0  # it is waited for by its handle, as one that was taken over must be

    def _take_over(self) -> None:
        """The program that a killed service left, if that is what has its process id."""
        try:
            pid = int(self._pid_file.read_text("ascii"))
            handle = os.pidfd_open(pid)
        except (OSError, ValueError):
            return
        if not self._is_ours(pid):
            os.close(handle)
            return
        self._handle = handle
        self._started = self._clock.monotonic()
        with suppress(OSError):
            self._text = self._settings.read_text("utf-8")

    def _is_ours(self, pid: int) -> bool:
        try:
            runs = Path(f"/proc/{pid}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        except OSError:
            return False
        return runs == [os.fsencode(word) for word in self._command]

    def _forget(self) -> None:
        if self._handle is not None:
            with suppress(ChildProcessError):
                os.waitid(os.P_PIDFD, self._handle, os.WEXITED | os.WNOHANG)
            os.close(self._handle)
            self._handle = None
        self._pid_file.unlink(missing_ok=True)
