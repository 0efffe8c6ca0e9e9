"""Unix socket addresses of any length, and the modes they are made with."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def short_address(path: Path) -> Iterator[str]:
    """Give an address for ``path`` that fits ``sockaddr_un`` (107 bytes, unix(7)), however long it is."""
    folder = os.open(path.parent, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def bind(sock: socket.socket, path: Path) -> None:
    """Bind ``sock`` at ``path``, in place of what a dead process left there."""
    with suppress(FileNotFoundError):
        path.unlink()
    with short_address(path) as address:
        sock.bind(address)
    path.chmod(0o660)


def connect(sock: socket.socket, path: Path) -> None:
    """Connect ``sock`` to ``path``; ``OSError`` if nobody listens."""
    with short_address(path) as address:
        sock.connect(address)
