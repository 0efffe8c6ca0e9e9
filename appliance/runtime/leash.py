"""A leash: a program that is killed when its starter dies, however that dies (prctl(2), PR_SET_PDEATHSIG).

Run as ``python -m appliance.runtime.leash PARENT PROGRAM...``; it becomes PROGRAM.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def leashed(command: Sequence[str]) -> list[str]:
    """The command line that runs ``command`` on a leash held by the calling *thread* of this process."""
    return [sys.executable, "-m", "appliance.runtime.leash", str(os.getpid()), *command]


def become(parent: int, command: list[str]) -> None:
    """Turn this process into ``command``, unless ``parent`` is gone already."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before the leash was on
        os._exit(1)
    os.execvp(command[0], command)  # noqa: S606 no shell on purpose


if __name__ == "__main__":
    become(int(sys.argv[1]), sys.argv[2:])
