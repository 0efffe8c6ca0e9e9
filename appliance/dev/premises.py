"""What must hold before anything is started: the root is free, so are the ports, and films can be played."""

from __future__ import annotations

import fcntl
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.player.library_vlc import Library

LOOPBACK = "127.0.0.1"


@contextmanager
def only_dev(paths: Paths) -> Iterator[None]:
    """Hold this root for one `matinee dev`; ``core.second_instance`` if another holds it."""
    lock = os.open(paths.run / "dev.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            pid = os.read(lock, 20).decode("ascii", "replace").strip() or "unknown"
            raise MatineeError("core.second_instance", service="`matinee dev`", pid=pid) from held
        os.ftruncate(lock, 0)
        os.pwrite(lock, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(lock)


def require_free(ports: Sequence[int]) -> None:
    """Raise ``core.port_taken`` for the first of ``ports`` that somebody listens on."""
    for port in ports:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
                probe.listen()
            except OSError as taken:
                raise MatineeError("core.port_taken", port=port) from taken


def require_libvlc() -> None:
    """Raise ``player.no_libvlc``, which names the packages, if films can not be played here."""
    Library(virtual_screen=True, sound=False)
