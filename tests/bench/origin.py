"""nginx as a film's origin, and a program's cost measured from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from lab.free_port import free_port  # noqa: E402 the path is made above

_CONFIG = """\
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  types {{ video/mp4 mp4; }}
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {root}; }}
}}
"""


@dataclass(frozen=True)
class Cost:
    """What one run of a program took."""

    seconds: float
    cpu_s: float
    memory_mb: float
    """Most of it resident at once."""
    status: int


def run(command: Sequence[str], log: Path, kill_when: threading.Event | None = None) -> Cost:
    """Run to its end, or until ``kill_when`` is set."""
    began = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, "PYTHONPATH": _path()}
        )
    if kill_when is not None:
        threading.Thread(target=_kill, args=(process, kill_when), daemon=True).start()
    memory = _Memory(process.pid)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if kill_when is not None:
        kill_when.set()
    return Cost(
        time.perf_counter() - began, used.ru_utime + used.ru_stime, memory.most_mb(), process.returncode
    )


class _Memory:
    """Watches VmHWM: ``ru_maxrss`` would count what our own process weighed when it forked."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self._most_kb = 0
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def most_mb(self) -> float:
        self._thread.join()
        return self._most_kb / 1024

    def _watch(self) -> None:
        while True:
            try:
                lines = self._status.read_text("ascii", "replace").splitlines()
            except OSError:
                return
            said = [int(line.split()[1]) for line in lines if line.startswith("VmHWM")]
            if not said:
                return
            self._most_kb = said[0]
            time.sleep(0.02)


class Server:
    """``root`` served as fast as nginx can, on a port of its own that it keeps."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.port = free_port()
        config = folder / "nginx.conf"
        config.write_text(_CONFIG.format(folder=folder, port=self.port, root=root), "ascii")
        self._command = ["nginx", "-c", str(config), "-p", str(folder), "-e", str(folder / "error.log")]

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(self._command)
        wait_for_port(self.port)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def restart(self) -> None:
        """It is gone, and back."""
        self.__exit__()
        self.__enter__()


def wait_for_port(port: int) -> None:
    """Return once somebody listens."""
    import socket  # noqa: PLC0415

    for _ in range(400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(port)


def cpu_s(pid: int) -> float:
    """What the threads of a process spent on a processor so far, to the nanosecond (schedstat, not ticks)."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text("ascii").split()[0]) for thread in threads) / 1e9


def _kill(process: subprocess.Popen[bytes], when: threading.Event) -> None:
    when.wait()
    if process.returncode is None:
        process.kill()


def _path() -> str:
    return f"{Path(__file__).parents[2]}:{Path(__file__).parents[1]}"
