"""Network namespaces and cables between them: made in milliseconds, gone with what is in them."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_OWN = Path("/proc/thread-self/ns/net")
_FILES = Path("/etc/netns")


def require_namespaces() -> None:
    """Skip where none can be made, saying why."""
    made = subprocess.run(["unshare", "--net", "true"], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip(f"no network namespaces here ({made.stderr.strip()}): run as root")


def ip(*words: str, lines: str = "") -> str:
    """Run ``ip``; with ``lines`` as one batch."""
    done = subprocess.run(["ip", *words], input=lines, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
    return done.stdout


class Namespace:
    """One machine's network."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handle = -1

    def __str__(self) -> str:
        return self.name

    def ip(self, *words: str) -> str:
        return ip("-n", self.name, *words)

    def command(self, *words: str) -> list[str]:
        """The command line that runs ``words`` in here, with this namespace's own resolv.conf."""
        return ["ip", "netns", "exec", self.name, *words]

    def run(self, *words: str, timeout: float = 30) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*words), capture_output=True, text=True, timeout=timeout, check=False
        )

    @contextmanager
    def entered(self) -> Iterator[None]:
        """The calling thread is in here; sockets that it makes stay in here."""
        own = os.open(_OWN, os.O_RDONLY)
        try:
            _set(self.handle)
            yield
        finally:
            _set(own)
            os.close(own)

    def socket(
        self, family: int = socket.AF_INET, kind: int = socket.SOCK_STREAM, protocol: int = 0
    ) -> socket.socket:
        with self.entered():
            return socket.socket(family, kind, protocol)

    @property
    def handle(self) -> int:
        """Kept open: looking the name up costs more than entering."""
        if self._handle < 0:
            self._handle = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        return self._handle

    def resolve_by(self, address: str) -> Path:
        """Write the resolv.conf that programs in here see."""
        folder = _FILES / self.name
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "resolv.conf"
        path.write_text(f"nameserver {address}\n", "ascii")
        return path

    def close(self) -> None:
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        shutil.rmtree(_FILES / self.name, ignore_errors=True)


@contextmanager
def namespaces(names: Sequence[str]) -> Iterator[list[Namespace]]:
    """One for each name, under a mark of this run's own."""
    mark = f"mt{secrets.token_hex(2)}"
    made = [Namespace(f"{mark}-{name}") for name in names]
    try:
        ip("-batch", "-", lines="\n".join(f"netns add {one}" for one in made))
        yield made
    finally:
        for one in made:
            one.close()
        subprocess.run(
            ["ip", "-force", "-batch", "-"],
            input="\n".join(f"netns delete {one}" for one in made),
            text=True,
            capture_output=True,
            check=False,
        )


def cable(first: Namespace, port: str, second: Namespace, other: str) -> str:
    """The line for ``ip -batch`` that lays a cable between two ports."""
    return f"link add {port} netns {first} type veth peer name {other} netns {second}"


def _set(handle: int) -> None:
    if _libc.setns(handle, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
