"""What a process has in memory: no core file of it, nobody but root may look inside, and few heaps."""

from __future__ import annotations

import ctypes
import gc
import resource
from contextlib import suppress
from importlib import import_module
from types import ModuleType

_PR_SET_DUMPABLE = 4  # prctl(2)
_M_ARENA_MAX = -8  # mallopt(3)
_HEAPS = 2
_M_MMAP_THRESHOLD = -3  # mallopt(3)
_LARGE_BYTES = 256 * 1024

GIVE_BACK_S = 10.0
"""How often a service should call ``give_back``."""


def keep_out_of_cores() -> None:
    """From now on a crash leaves no core, neither as a file nor piped to a collector (core(5)).

    For processes that hold what people typed, from the form to the seal.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)


def give_back() -> None:
    """Give the kernel back what was allocated once and is free now: else glibc keeps it till the end.

    A network that is read from its file needs three times its size for a moment; a film leaves what its
    decoders had. Takes a millisecond or two, and each heap's lock while that one is looked through.
    """
    with suppress(AttributeError):  # another libc than GNU's
        ctypes.CDLL(None).malloc_trim(0)


def share_heaps() -> None:
    """All threads allocate from two heaps, not from one each: what a rush of threads left free is used again.

    Python's own small objects never had a heap each; SQLite's pages, TLS and pictures did. Before any thread.
    """
    with suppress(AttributeError):  # as above
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def keep_large_apart() -> None:
    """What is large (a decoder's pictures) is mapped by itself, and goes back to the kernel once it is free.

    Else glibc puts each size that was freed once into its heaps, where a small piece in between keeps all of
    it (an emulated box's player, with a film on: 78 MB so, 92 before). Before any thread.
    """
    with suppress(AttributeError):  # as above
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


def import_for_good(name: str) -> ModuleType:
    """Import a service's home: hardly any of that ever is garbage, so nobody looks for some, now or later.

    Looking while it grows is a twentieth of what a service takes to start. Before any thread.
    """
    gc.disable()
    try:
        return import_module(name)
    finally:
        gc.freeze()
        gc.enable()
