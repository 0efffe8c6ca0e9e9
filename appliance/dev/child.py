"""One child process in a group of its own, on a leash, its words passed on line by line."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from appliance.clock import Clock
from appliance.dev.watchdog import Watchdog
from appliance.runtime.leash import leashed

_LAST_WORDS = 5


class Child:
    """Runs until it ends by itself or is ended; whatever it started in its group ends with it."""

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        heard: Callable[[str], None],
        clock: Clock,
        watchdog_s: float | None = None,
    ) -> None:
        """Start at once; ``heard`` gets every line of output and error, on a thread of its own.

        With ``watchdog_s`` the child, once it was ready, is expected to beat as systemd's services do.
        """
        self._watchdog = Watchdog(watchdog_s, clock) if watchdog_s is not None else None
        if self._watchdog is not None:
            environment = {**environment, **self._watchdog.environment}
        self._process = subprocess.Popen(
            leashed(command),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C in the terminal is for the supervisor, which stops all in order
        )
        self._last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._heard = heard
        self._reader = threading.Thread(target=self._read, name="child-words", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process, and the number of its group."""
        return self._process.pid

    @property
    def last_words(self) -> str:
        """The last line it said."""
        return self._last_words[-1] if self._last_words else ""

    def poll(self) -> int | None:
        """Exit status, negative for a signal; None while it runs. Its group is ended before it is reaped."""
        if self._process.returncode is None and self._is_zombie():
            self._signal(signal.SIGKILL)
            self._process.wait()
            self._reader.join(1)
            if self._watchdog is not None:
                self._watchdog.close()
        return self._process.returncode

    def is_silent(self) -> bool:
        """Whether it runs, was ready once, and has not beaten for as long as it may be silent."""
        return self._process.returncode is None and self._watchdog is not None and self._watchdog.is_late()

    def ask_to_end(self) -> None:
        """SIGTERM to the process itself, which tells its own."""
        if self.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """SIGKILL to the whole group."""
        if self.poll() is None:
            self._signal(signal.SIGKILL)

    def _is_zombie(self) -> bool:
        """Ended and not reaped: until we reap it, its group's number is nobody else's."""
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)

    def _read(self) -> None:
        output = self._process.stdout
        if output is None:
            return
        with output:
            for raw in output:
                line = raw.decode("utf-8", "replace").rstrip()
                if line:
                    self._last_words.append(line)
                    self._heard(line)
