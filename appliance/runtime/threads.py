"""A thread that dies of a bug takes its service with it: half a service is worse than a fresh one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.runtime.service import ServiceLoop


@contextmanager
def ending_with_threads(loop: ServiceLoop) -> Iterator[None]:
    """While this holds, whatever ends any thread by an exception is raised on the owner thread, too."""
    before = threading.excepthook

    def pass_on(ended: threading.ExceptHookArgs) -> None:
        before(ended)
        fault = ended.exc_value
        if fault is not None and not isinstance(fault, SystemExit):
            loop.post(lambda: _raise(fault))

    threading.excepthook = pass_on
    try:
        yield
    finally:
        threading.excepthook = before


def _raise(fault: BaseException) -> None:
    raise fault
