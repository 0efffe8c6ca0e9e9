"""The sync service as a process of its own, as systemd or `dev` would run it; killed and started at will."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

import msgspec

from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.ipc.sync_client import SyncClient
from appliance.model.sync_view import SyncView
from appliance.paths import Paths
from lab.ending import ended, killed_if_it_fails

_SCRIPT = """
import sys
from appliance import config, log
from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.sync.service import run_sync
log.configure()
paths = Paths.from_environment()
try:
    run_sync(paths, config.load(paths))
except MatineeError as fault:
    sys.exit(f"{fault.key}: {fault.sentence}")
"""


def write_settings(paths: Paths, bucket: BucketTable, box: str) -> None:
    """``config.toml`` with this bucket."""
    lines = [f'[box]\nid = "{box}"\n\n[bucket]']
    lines += [f'{name} = "{value}"' for name, value in msgspec.structs.asdict(bucket).items()]
    paths.config_file.write_text("\n".join(lines) + "\n", "utf-8")


class SyncProcess:
    """``with SyncProcess(paths) as sync``: runs until the end of the block."""

    def __init__(self, paths: Paths) -> None:
        self.paths = paths
        self.client = SyncClient(paths)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start and wait until it answers."""
        self._start_in([sys.executable, "-c"], {**os.environ, "MATINEE_ROOT": str(self.paths.root)})
        assert self._process is not None
        with killed_if_it_fails(self._process):
            self.wait_for(lambda _: True)

    def _start_in(self, interpreter: list[str], environment: dict[str, str]) -> None:
        self._process = subprocess.Popen([*interpreter, _SCRIPT], env=environment)

    def kill(self) -> None:
        """As a power cut."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> int:
        """In order; return the exit status."""
        assert self._process is not None
        self._process.terminate()
        return ended(self._process)

    def wait_for(self, told: Callable[[SyncView], bool], timeout_s: float = 60) -> SyncView:
        """Wait until ``GET /status`` says so."""
        clock, nothing = RealClock(), threading.Event()
        deadline = clock.monotonic() + timeout_s
        view = None
        while clock.monotonic() < deadline:
            try:
                view = self.client.status()
            except MatineeError:
                assert self._process is None or self._process.poll() is None, "sync ended"
            else:
                if told(view):
                    return view
            clock.wait(nothing, 0.05)
        raise AssertionError(view)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None and self._process.poll() is None:
            self.stop()
