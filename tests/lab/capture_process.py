"""The capture as a process of its own, and how to wait for what it does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ipc.capture_client import CaptureClient
from appliance.model.capture import Clip, ClipState, Moment
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureReader, CaptureRows
from lab.ending import ended, killed_if_it_fails

Seen = TypeVar("Seen")
PRE_ROLL_S, POST_ROLL_S = 2.0, 1.0
RUN = (
    "from appliance import config, log\n"
    "from appliance.capture.service import run_capture\n"
    "from appliance.paths import Paths\n"
    "log.configure()\n"
    "paths = Paths.from_environment()\n"
    "run_capture(paths, config.load(paths))\n"
)


def until(look: Callable[[], Seen], timeout_s: float = 60) -> Seen:
    """Look until there is something to see; a process that is only starting counts as nothing."""
    clock, never = RealClock(), threading.Event()
    end_s = clock.monotonic() + timeout_s
    while clock.monotonic() < end_s:
        try:
            seen = look()
        except MatineeError as fault:
            if fault.key not in {"ipc.not_running", "store.missing"}:
                raise
        else:
            if seen:
                return seen
        clock.wait(never, 0.02)
    message = "it did not come to pass"
    raise AssertionError(message)


class CaptureProcess:
    """`matinee run capture`, to be asked, stopped and killed."""

    def __init__(
        self,
        paths: Paths,
        house: Path | str,
        segments_gb: float = 0,
        *,
        listen: bool = False,
        overhead: Path | str = "",
        post_roll_s: float = POST_ROLL_S,
    ) -> None:
        paths.config_file.write_text(
            f"[capture]\nsource = {json.dumps(str(house))}\n"
            f"pre_roll_s = {PRE_ROLL_S}\npost_roll_s = {post_roll_s}\n"
            f"segments_gb = {segments_gb}\nlisten = {json.dumps(listen)}\n"
            f"overhead = {json.dumps(str(overhead))}\n"
        )
        self.paths = paths
        self.client = CaptureClient(paths)
        self.process = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-c", RUN], env={**os.environ, "MATINEE_ROOT": str(self.paths.root)}
        )
        with killed_if_it_fails(process):
            until(self.client.status)
        return process

    def signal(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return ended(self.process)

    def again(self) -> None:
        self.process = self._start()

    def buffered(self, seconds: float) -> None:
        until(lambda: self.client.status().buffered_s >= seconds)

    def newest(self, *states: ClipState) -> Clip:
        return until(lambda: [clip for clip in self.client.clips() if clip.state in states], 60)[0]

    def mark(self, by: str = "operator") -> Moment:
        """Mark once it is allowed: on a busy machine a leave runs out within a second, and another comes."""

        def marked() -> Moment | None:
            try:
                return self.client.mark(by)
            except MatineeError as fault:
                if fault.key not in {"capture.not_allowed", "capture.no_camera"}:
                    raise
                return None

        found = until(marked)
        assert found is not None
        return found

    def until_overhead(self) -> None:
        until(lambda: self.client.status().overhead_recording)

    def made(self, clips: int) -> list[Clip]:
        """So many clips, once they are made."""
        return until(
            lambda: (
                found
                if len(found := [one for one in self.client.clips() if one.state is ClipState.MADE]) >= clips
                else []
            )
        )

    def terminated(self) -> int:
        return self.signal(signal.SIGTERM)

    @property
    def rows(self) -> CaptureReader:
        return CaptureRows.reader(self.paths)


def files_on_card(paths: Paths) -> set[str]:
    """All that lies on the card but the rows."""
    every = (path for path in paths.root.rglob("*") if path.is_file())
    return {str(path) for path in every if not path.name.startswith("capture.db")}
