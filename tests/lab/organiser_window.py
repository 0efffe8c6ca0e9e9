"""`matinee organiser` as a person starts it: a process of its own, opened by the address that it prints."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

_ADDRESS = re.compile(r"http://\S+")


class WindowProcess:
    """``with WindowProcess(folder) as window``: open until the end of the block."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.opens = ""
        """The address that lets one browser in, once."""
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        return self.opens.partition("/open/")[0]

    def start(self) -> None:
        """Start and wait for the address; the port stays the same over kills."""
        port = self.address.rpartition(":")[2] or "0"
        arguments = ["organiser", "--folder", str(self.folder), "--no-browser", "--port", port]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "appliance", *arguments],
            env={**os.environ, "MATINEE_ROOT": str(self.folder.parent / "no-box")},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        found = _ADDRESS.search(self._process.stdout.readline())
        assert found is not None, "it did not open"
        self.opens = found[0]

    def kill(self) -> None:
        """As a power cut: at once, all of it."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """As Ctrl-C."""
        self._end(signal.SIGTERM)

    def wait(self) -> None:
        """Until it has ended by itself."""
        assert self._process is not None
        self._process.wait(30)
        self._end(signal.SIGTERM)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None
