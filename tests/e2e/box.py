"""A real box for end-to-end tests: `matinee dev` in a process of its own, seen only from outside."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import boto3
import msgspec

from appliance.clock import RealClock
from appliance.dev.audience import Guest
from appliance.dev.operator import Operator
from lab.free_port import free_pair

Seen = TypeVar("Seen")

_READY_S = 180.0
_STOP_S = 60.0


def eventually(look: Callable[[], Seen], timeout_s: float = 60.0) -> Seen:
    """Look until what is seen is true, and return it."""
    clock, never = RealClock(), threading.Event()
    deadline = clock.monotonic() + timeout_s
    while not (seen := look()):
        assert clock.monotonic() < deadline, f"not seen within {timeout_s} s; last: {seen!r}"
        clock.wait(never, 0.05)
    return seen


class Box:
    """One box that runs, and how its people reach it."""

    def __init__(self, root: Path, *, bell: bool = True, within: Sequence[str] = ()) -> None:
        """``within``: a command that starts commands, and in which it shall run."""
        self.root = root
        self._within = within
        self.port = free_pair()
        self.log: list[str] = []
        self._bell = bell
        self._process: subprocess.Popen[str] | None = None
        self._listener: threading.Thread | None = None
        self._operator: Operator | None = None

    def prepare(self, manifest: Path) -> None:
        """Load an evening before anything runs."""
        self.root.mkdir(parents=True, exist_ok=True)
        settings = (
            f"[box]\nbell = {str(self._bell).lower()}\n\n[capture]\npre_roll_s = 2.0\npost_roll_s = 1.0\n"
        )
        (self.root / "config.toml").write_text(settings)
        done = self.matinee("event", "load", str(manifest))
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        command = [
            *self._within,
            sys.executable,
            "-m",
            "appliance",
            "dev",
            "--root",
            str(self.root),
            "--port",
            str(self.port),
        ]
        environment = {name: value for name, value in os.environ.items() if name != "DISPLAY"}
        self._process = subprocess.Popen(
            command,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        ready = threading.Event()
        self._listener = threading.Thread(target=self._listen, args=(self._process, ready), daemon=True)
        self._listener.start()
        ready.wait(_READY_S)
        assert self._process.poll() is None, "\n".join(self.log[-40:])
        assert any("Ctrl-C" in line for line in self.log), "\n".join(self.log[-40:])
        if not self._bell:  # whoever rings all the same is not heard
            for bell in (self.root / "run").glob("*.bell"):
                bell.unlink()

    def stop(self) -> int:
        """Ctrl-C; the exit status."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        status = self._process.wait(_STOP_S)
        if self._listener is not None:
            self._listener.join()
        return status

    def kill(self) -> None:
        """kill -9 to `matinee dev` itself."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _listen(self, process: subprocess.Popen[str], ready: threading.Event) -> None:
        assert process.stdout is not None
        with process.stdout:
            for line in process.stdout:
                self.log.append(line.rstrip())
                if "Ctrl-C" in line:
                    ready.set()
        ready.set()

    @property
    def portal(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def console(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    @property
    def display(self) -> str:
        return str(self.settings()["display"]["name"])

    @property
    def sign_in(self) -> str:
        found = re.search(r"one tap: (\S+)", "\n".join(self.log))
        assert found is not None, self.log
        return found.group(1)

    def operator(self) -> Operator:
        """The one operator: the printed link signs in once."""
        if self._operator is None:
            self._operator = Operator(self.console, self.sign_in)
        return self._operator

    def guest(self, number: int = 1) -> Guest:
        return Guest(number, self.portal)

    def settings(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "run" / "override.toml").read_text())

    @property
    def organiser_key(self) -> Path:
        """The file that `age --identity` takes."""
        return self.root / "dev" / "organiser" / "organiser.key"

    def processes(self) -> set[int]:
        """Everything that runs because of this box."""
        if self._process is None:
            return set()
        found: set[int] = set()
        waiting = [self._process.pid]
        while waiting:
            pid = waiting.pop()
            found.add(pid)
            for tasks in Path(f"/proc/{pid}/task").glob("*/children"):
                waiting += map(int, tasks.read_text().split())
        return found

    def alive(self, pids: set[int]) -> set[int]:
        """Those of ``pids`` that still run."""
        return {pid for pid in pids if _runs(pid)}

    def pid(self, service: str) -> int:
        """The process that holds the service's lock."""
        return int((self.root / "run" / f"{service}.lock").read_text())

    def objects(self) -> dict[str, bytes]:
        """Everything in the bucket, by a client that is not ours, with the organiser's keys."""
        keys = msgspec.json.decode((self.root / "dev" / "bucket" / "settings.json").read_bytes())["organiser"]
        bucket = self.settings()["bucket"]
        s3 = boto3.client(
            "s3",
            endpoint_url=bucket["endpoint"],
            region_name="us-east-1",
            aws_access_key_id=keys["access_key"],
            aws_secret_access_key=keys["secret_key"],
        )
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket["name"])
        listed = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: s3.get_object(Bucket=bucket["name"], Key=key)["Body"].read() for key in listed}

    def matinee(self, *words: str) -> subprocess.CompletedProcess[str]:
        return typed(self.root, *words, timeout_s=60)


def typed(root: Path, *words: str, timeout_s: float | None = None) -> subprocess.CompletedProcess[str]:
    """``matinee WORDS`` for the box in ``root``, as a person types it; the caller looks at its status."""
    return subprocess.run(
        [sys.executable, "-m", "appliance", *words],
        env={**os.environ, "MATINEE_ROOT": str(root)},
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout_s,
    )


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
