"""What this process gives up before it reads a file that a stranger made. There is no way back.

Three walls, each enough alone against what it stops: no network (an empty network namespace where the
kernel lets us, and no `socket` call in any case), no files (Landlock, and no `open` call), and limits of
memory, time and file size. A kernel that lacks one still has the others; every Debian has libseccomp.
"""

from __future__ import annotations

import ctypes
import errno
import resource
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cache.confinement_landlock import allow_only
from cache.confinement_seccomp import READ_BELOW, READ_WHAT_IS_OPEN, RUN_A_CONVERTER, enter, load

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the process may use; past it, it is ended by the kernel."""

    memory_bytes: int
    """Address space, which is more than what is really used."""
    cpu_s: int


def read_only_what_is_open(limits: Limits) -> None:
    """From here on: read and write what is open already, compute, and end. ``OSError`` if that fails."""
    seccomp = load()
    _common(limits)
    _limit(resource.RLIMIT_FSIZE, 0)
    allow_only(readable=(), writable=())
    enter(seccomp, READ_WHAT_IS_OPEN)


def read_below(limits: Limits, folder: int) -> None:
    """From here on: no network, no programs, nothing written; read below the open ``folder`` alone.

    ``OSError`` if the kernel can not promise that: without Landlock nothing would say where.
    """
    seccomp = load()
    _common(limits)
    _limit(resource.RLIMIT_FSIZE, 0)
    if not allow_only(readable=[Path(f"/proc/self/fd/{folder}")], writable=()):
        raise OSError(errno.ENOSYS, "landlock")
    enter(seccomp, READ_BELOW)


def write_only_into(limits: Limits, writable: Sequence[Path], readable: Sequence[Path]) -> None:
    """From here on: no network; write below ``writable``, read there and below ``readable``.

    The process may still become another program, which inherits all of it.
    """
    seccomp = load()
    _common(limits)
    allow_only(readable=readable, writable=writable)
    enter(seccomp, RUN_A_CONVERTER)


def die_with_parent() -> None:
    """Be killed when the process that started this one is gone (prctl(2))."""
    _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _common(limits: Limits) -> None:
    libc = _libc()
    # In this order: a user namespace gives the right to an empty network one where we are not root.
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    _limit(resource.RLIMIT_AS, limits.memory_bytes)
    _limit(resource.RLIMIT_CPU, limits.cpu_s)
    _limit(resource.RLIMIT_CORE, 0)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(what, (allowed, allowed))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
