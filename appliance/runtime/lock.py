"""One running instance of each service."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.errors import MatineeError
from appliance.paths import Paths, Service


@contextmanager
def only_instance(paths: Paths, service: Service) -> Iterator[None]:
    """Hold the service's lock; ``core.second_instance`` if somebody does. The kernel frees it when we die."""

    def second(pid: str) -> MatineeError:
        return MatineeError("core.second_instance", service=service, pid=pid)

    with locked(paths.lock(service), second):
        yield


@contextmanager
def locked(path: Path, refusal: Callable[[str], MatineeError]) -> Iterator[None]:
    """Hold the lock at ``path``; raise ``refusal`` of whose number is in it if somebody does."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            pid = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
            raise refusal(pid) from held
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)
