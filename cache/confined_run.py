"""Becomes a program that can write into one folder and reach no network.

Run as ``python -m cache.confined_run FOLDER INPUT PROGRAM...``: for converters that read what strangers made.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from cache.confinement import Limits, die_with_parent, write_only_into

_MEMORY_BYTES = 6 << 30
_CPU_S = 48 * 3600
_SYSTEM = tuple(
    Path(path) for path in ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/alternatives", "/dev/null")
)
"""What a program needs to start: itself, its libraries, where they are."""
_LOWEST = 19
_IDLE_IO = 3 << 13
"""ioprio_set(2): class idle."""
_IOPRIO_SET = {"x86_64": 251, "aarch64": 30}


def main(folder: str, source: str, program: list[str]) -> None:
    """Give up rights and priority, then become ``program``."""
    die_with_parent()
    os.nice(_LOWEST)
    yield_the_disk()
    write_only_into(Limits(_MEMORY_BYTES, _CPU_S), [Path(folder)], [*_SYSTEM, Path(source)])
    os.execv(program[0], program)  # noqa: S606 no shell on purpose


def yield_the_disk() -> None:
    """Read and write only while nobody else does; nothing happens where the kernel does not know it."""
    number = _IOPRIO_SET.get(os.uname().machine)
    if number is not None:
        ctypes.CDLL(None).syscall(number, 1, 0, _IDLE_IO)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
