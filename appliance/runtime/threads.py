"""A thread that dies of a bug takes its service with it: half a service is worse than a fresh one."""

from __future__ import annotations

import logging
import os
import sys
import threading

ENDED_BY_A_THREAD = 3
"""The exit status."""

_log = logging.getLogger(__name__)


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
