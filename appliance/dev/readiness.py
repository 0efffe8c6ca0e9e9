"""Wait for conditions, with a word for the person who waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from appliance.clock import Clock
from appliance.config import Config
from appliance.dev.supervisor import Supervisor
from appliance.errors import MatineeError
from appliance.ipc.show_client import ShowClient
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up

_LOOK_S = 0.1
_MOST_DEATHS = 3
_OPENING_S = 180.0
"""A small computer that opens several houses at once takes minutes; what dies is said at once."""


def wait_until(condition: Callable[[], bool], clock: Clock, timeout_s: float) -> bool:
    """Look at ``condition`` ten times a second; False if it is not met within ``timeout_s`` of ``clock``."""
    never = threading.Event()
    deadline = clock.monotonic() + timeout_s
    while not condition():
        if clock.monotonic() >= deadline:
            return False
        clock.wait(never, _LOOK_S)
    return True


def wait_for_services(
    supervisor: Supervisor, paths: Paths, config: Config, clock: Clock, timeout_s: float = _OPENING_S
) -> None:
    """Return when every service answers.

    ``dev.service_fails`` with a service's own last words if it dies again and again, ``dev.service_silent``
    if it is still not there in the end.
    """
    missing = set(Service)

    def all_there() -> bool:
        _require_alive(supervisor, missing)
        missing.difference_update({service for service in missing if is_up(paths, config, service)})
        return not missing

    if not wait_until(all_there, clock, timeout_s):
        raise MatineeError("dev.service_silent", services=", ".join(sorted(missing)), seconds=timeout_s)


def _require_alive(supervisor: Supervisor, services: Iterable[Service]) -> None:
    for service in services:
        if supervisor.failures(service) >= _MOST_DEATHS:
            raise MatineeError(
                "dev.service_fails", service=service, words=supervisor.last_words(service) or "(none)"
            )


def wait_for_picture(paths: Paths, clock: Clock, timeout_s: float = _OPENING_S) -> None:
    """Return when the show sees its own picture on the screen; ``dev.no_picture`` if that does not come."""
    show = ShowClient(paths)

    def is_there() -> bool:
        try:
            view = show.status()
        except MatineeError:
            return False
        return view.player == "up" and view.screen.kind != "none"

    if not wait_until(is_there, clock, timeout_s):
        raise MatineeError("dev.no_picture", seconds=timeout_s)
