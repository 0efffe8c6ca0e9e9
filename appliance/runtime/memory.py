"""What a process has in memory stays there: no core file, and nobody but root may look inside."""

from __future__ import annotations

import ctypes
import resource

_PR_SET_DUMPABLE = 4  # prctl(2)


def keep_out_of_cores() -> None:
    """From now on a crash leaves no core, neither as a file nor piped to a collector (core(5)).

    For processes that hold what people typed, from the form to the seal.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0)
