"""Tries, from behind the walls, what a hostile parser would try; prints what each got. Run as a program."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import socket
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from cache.confinement import Limits, read_only_what_is_open, write_only_into

_ATTACH = 16
_NOBODY = (1 << 22) - 1
"""Nobody has this number: without walls there is no such process, behind them no such call."""


def open_file(path: str) -> Callable[[], object]:
    return lambda: Path(path).read_bytes()


def fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def run(program: str) -> Callable[[], object]:
    return lambda: os.posix_spawn(program, [program], {})


def take_memory() -> None:
    bytearray(5 << 28)  # a quarter more than the limit below


def thread() -> None:
    started = threading.Thread(target=int)
    started.start()
    started.join()


def kill_parent() -> None:
    os.kill(os.getppid(), 0)


def trace() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(_ATTACH, _NOBODY, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def main(which: str, folder: str) -> None:
    inside, outside = Path(folder), Path(folder).parent
    tries: dict[str, Callable[[], object]] = {
        "read another file": open_file(str(outside / "secret")),
        "read a password": open_file("/etc/passwd"),
        "write inside": lambda: (inside / "made").write_bytes(b"x"),
        "write outside": lambda: (outside / "made").write_bytes(b"x"),
        "open a socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        "reach a unix socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM),
        "start a process": fork,
        "start a program": run("/bin/true"),
        "take memory": take_memory,
        "signal others": kill_parent,
        "trace others": trace,
        "lift a limit": lambda: resource.setrlimit(resource.RLIMIT_CORE, (1, resource.RLIM_INFINITY)),
        "start a thread": thread,
    }
    limits = Limits(memory_bytes=1 << 30, cpu_s=20)
    match which:
        case "reading":
            read_only_what_is_open(limits)
        case "converting":
            write_only_into(limits, [inside], [Path("/usr"), Path("/lib"), Path("/lib64")])
        case _:
            pass
    got = {name: _got(attempt) for name, attempt in tries.items()}
    os.write(1, json.dumps(got).encode())


def _got(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except (OSError, MemoryError, ValueError, RuntimeError) as refused:
        return type(refused).__name__
    return "done"


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
