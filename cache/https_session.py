"""A requests session that looks at the address it really reached before it says a word."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLSocket
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from cache.reach import Reach

HEAD_S = 30.0
"""So long may an answer's head take: a time-out alone is for each byte of it."""


def _nobody(_certificate: bytes) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Identity:
    """What a box proves itself with to boxes of the same organiser, and asks of them."""

    own: Path
    """Key and certificate, PEM."""
    root: Path
    """The organiser's root certificate: who it certified is a neighbour, by whatever name."""
    is_revoked: Callable[[bytes], bool] = _nobody
    """Whether the organiser withdrew a certificate (DER) since: then it is nobody's."""


def open_session(
    reach: Reach, identity: Identity | None = None, *, head_s: float = HEAD_S
) -> requests.Session:
    """A session that connects only where ``reach`` allows, takes no proxy and no compression.

    With an ``identity`` it speaks to boxes of the same organiser only, instead of to the public internet.
    """
    session = requests.Session()
    session.trust_env = False  # a proxy would connect for us to where we may not
    session.headers.update({"Accept-Encoding": "identity", "User-Agent": "matinee"})
    if identity is not None:
        session.verify, session.cert = str(identity.root), str(identity.own)
    adapter = _Adapter(reach, identity, head_s)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


class _Adapter(HTTPAdapter):
    """Gives its pools connections that ask ``reach``."""

    def __init__(self, reach: Reach, identity: Identity | None, head_s: float) -> None:
        self._head_s = head_s
        self._reach = reach
        self._identity = identity
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 as requests has it
        if self._identity is not None:
            kwargs["assert_hostname"] = False  # who was certified counts; addresses are lent
        super().init_poolmanager(*args, **kwargs)
        reach, identity, head_s = self._reach, self._identity, self._head_s

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _checked(super()._new_conn(), reach, self)

            def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
                with _within(self.sock, head_s):
                    return super().getresponse()

        class Tls(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _checked(super()._new_conn(), reach, self)

            def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 has it
                with _within(self.sock, head_s):
                    return super().getresponse()

            def connect(self) -> None:
                super().connect()
                if identity is not None and identity.is_revoked(_certificate_of(self.sock)):
                    self.close()
                    raise NewConnectionError(self, "address not allowed")

        class PlainPool(HTTPConnectionPool):
            ConnectionCls = Plain

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = Tls

        self.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": TlsPool}


@contextmanager
def _within(connected: socket.socket | None, seconds: float) -> Iterator[None]:
    """Hang up if it takes longer: whoever reads then finds the line broken."""

    def hang_up() -> None:
        if connected is not None:
            with suppress(OSError):
                socket.socket.shutdown(connected, socket.SHUT_RDWR)  # TLS's own would wait for an answer

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _certificate_of(connected: socket.socket | None) -> bytes:
    return (connected.getpeercert(binary_form=True) or b"") if isinstance(connected, SSLSocket) else b""


def _checked(connected: socket.socket, reach: Reach, connection: HTTPConnection) -> socket.socket:
    """Names may lead anywhere, and elsewhere the next time: what counts is who answered."""
    if reach.allows_address(connected.getpeername()[0]):
        return connected
    connected.close()
    raise NewConnectionError(connection, "address not allowed")
