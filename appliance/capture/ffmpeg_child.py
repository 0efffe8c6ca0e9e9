"""An ffmpeg that brings pictures or sound, read on a thread of its own.

A driver or a stranger's stream that brings its reader down takes this child along and not the box; and when
the thread or the box is gone, the kernel ends the child, so that no camera stays taken.
"""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

LEASH = ("setpriv", "--pdeathsig", "KILL")
QUIET = ("ffmpeg", "-nostdin", "-hide_banner", "-v", "error")


class FfmpegChild:
    """At most one thread and, below it, one child at a time; stopped, it leaves neither behind."""

    def __init__(self, name: str) -> None:
        """``name``: the thread's. Nothing runs yet."""
        self._name = name
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._thread: threading.Thread | None = None

    def start(self, work: Callable[[], None]) -> None:
        """Do ``work`` on a new thread, once the one before has ended; it calls ``bring``."""
        self.stop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=work, name=self._name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End ffmpeg, which lets go of the device, and wait for the thread."""
        with self._guard:
            self._stopping.set()
            if self._child is not None:
                self._child.kill()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    @property
    def stopping(self) -> bool:
        """Whether the thread is to come to its end."""
        return self._stopping.is_set()

    @contextmanager
    def bring(self, arguments: tuple[str, ...], said: int = subprocess.DEVNULL) -> Iterator[IO[bytes] | None]:
        """What ffmpeg writes when it is told ``arguments``; it has ended when the block is left.

        None if all is to stop already. ``said``: the descriptor for its complaints. ``FileNotFoundError``
        names the program that is not installed.
        """
        child = self._begin(arguments, said)
        if child is None:
            yield None
            return
        with child:
            try:
                yield child.stdout
            finally:
                child.kill()

    def _begin(self, arguments: tuple[str, ...], said: int) -> subprocess.Popen[bytes] | None:
        with self._guard:
            if self._stopping.is_set():
                return None
            self._child = subprocess.Popen(
                (*LEASH, *QUIET, *arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=said,
                bufsize=0,
            )
            return self._child
