"""The line to a WebDAV server: every byte that goes over it is counted, headers and repetitions included."""

from __future__ import annotations

import io
import socket
from collections.abc import Mapping
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from appliance.bucket.bucket import Traffic


class _Answer(io.RawIOBase):
    """What comes down a socket, counted."""

    def __init__(self, raw: io.RawIOBase, traffic: Traffic) -> None:
        self._raw, self._traffic = raw, traffic

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, into: Any, /) -> int | None:  # noqa: ANN401 any buffer
        size = self._raw.readinto(into)
        self._traffic.add(received=size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """A socket that counts."""

    def __init__(self, sock: socket.socket, traffic: Traffic) -> None:
        self._sock, self._traffic = sock, traffic

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever a socket has
        return getattr(self._sock, name)

    def sendall(self, content: Any) -> None:  # noqa: ANN401 any buffer
        self._sock.sendall(content)
        self._traffic.add(memoryview(content).nbytes)

    def makefile(self, _mode: str = "rb", buffering: int | None = None) -> io.IOBase:
        raw: Any = self._sock.makefile("rb", buffering=0)
        answer = _Answer(raw, self._traffic)
        return answer if buffering == 0 else io.BufferedReader(answer)


class _Counting:
    """Beside urllib3's connection."""

    traffic: Traffic
    sock: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # of the connection it is mixed into
        if not isinstance(self.sock, _Socket):
            self.sock = _Socket(self.sock, self.traffic)


def counting_pool(
    heads: Mapping[str, str], timeout: urllib3.Timeout, traffic: Traffic
) -> urllib3.PoolManager:
    """A pool that never tries again by itself and adds to ``traffic`` what it carries."""
    pool = urllib3.PoolManager(headers=heads, retries=False, timeout=timeout)
    pool.pool_classes_by_scheme = {
        "http": _pool(HTTPConnectionPool, HTTPConnection, traffic),
        "https": _pool(HTTPSConnectionPool, HTTPSConnection, traffic),
    }
    return pool


def _pool(pool: type, connection: type, traffic: Traffic) -> Any:  # noqa: ANN401 a class made here
    counting = type("CountingConnection", (_Counting, connection), {"traffic": traffic})
    return type("CountingPool", (pool,), {"ConnectionCls": counting})
