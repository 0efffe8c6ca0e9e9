from __future__ import annotations

import threading

import pytest

from appliance.clock import RealClock
from appliance.paths import Paths, Service
from appliance.runtime.service import ServiceLoop
from appliance.runtime.threads import ending_with_threads


class BugError(Exception):
    """One of ours."""


def _die() -> None:
    raise BugError


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_dies_takes_the_service_with_it(paths: Paths) -> None:
    loop = ServiceLoop(Service.SHOW, paths, RealClock())
    before = threading.excepthook
    with pytest.raises(BugError), ending_with_threads(loop):
        threading.Thread(target=_die).start()
        loop.run()
    assert threading.excepthook is before
