"""A thread that dies of a bug takes its service with it: half a service is worse than a fresh one."""

from __future__ import annotations

import logging
import os
import sys
import threading

ENDED_BY_A_THREAD = 3
"""The exit status."""

_log = logging.getLogger(__name__)


def add_up_alone() -> None:
    """Matrices are multiplied by who asks, before NumPy is imported: here and in every child.

    Those of the listening are small, and the helpers that OpenBLAS keeps for large ones wait for work in a
    loop: they took half as much of the processor again, which the film wants.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def end_with_any_thread() -> None:
    """From now on an exception that ends any thread ends the process, at once; forks inherit it.

    Nothing is tidied up: a service is recovered by its start, never by its end, and whatever the dead thread
    held would make an orderly end wait for it. What a thread catches, or hands on as a future, is its own.
    """
    before = threading.excepthook

    def end(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_type is SystemExit:
            return
        before(ended)
        _log.critical("ending: a thread died thread=%s", ended.thread.name if ended.thread else "?")
        logging.shutdown()
        sys.stderr.flush()
        os._exit(ENDED_BY_A_THREAD)

    threading.excepthook = end
