"""What a process has in memory: no core file of it, nobody but root may look inside, and few heaps."""

from __future__ import annotations

import ctypes
import resource
from contextlib import suppress

_PR_SET_DUMPABLE = 4  # prctl(2)
_M_ARENA_MAX = -8  # mallopt(3)
_HEAPS = 2


def keep_out_of_cores() -> None:
    """From now on a crash leaves no core, neither as a file nor piped to a collector (core(5)).

    For processes that hold what people typed, from the form to the seal.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def share_heaps() -> None:
    """All threads allocate from two heaps, not from one each: what a rush of threads left free is used again.

    Python's own small objects never had a heap each; SQLite's pages, TLS and pictures did. Before any thread.
    """
    with suppress(AttributeError):  # another libc than GNU's
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)
