"""Ask another process's control socket."""

from __future__ import annotations

import http.client
import socket
from http import HTTPStatus
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import msgspec

from appliance.errors import MatineeError, sentences
from appliance.ipc import codec, unix
from appliance.ipc.server import Problem
from appliance.paths import Paths, Service

Answer = TypeVar("Answer")


def part(text: str) -> str:
    """``text``, whatever is in it, as one part of a route."""
    return quote(text, safe="", errors="replace")


class ControlClient:
    """One request, one connection: a restarted service is simply found again."""

    def __init__(self, paths: Paths, service: Service, timeout_s: float = 5.0) -> None:
        """Nothing is opened until something is asked."""
        self._path = paths.socket(service)
        self._service = service
        self._timeout_s = timeout_s

    def ask(self, method: str, route: str, kind: type[Answer], body: object = None) -> Answer:
        """Return the answer decoded as ``kind``.

        Raises ``ipc.not_running`` or ``ipc.timeout``, else the ``MatineeError`` that the service raised.
        """
        return codec.decode(self.ask_raw(method, route, body), kind)

    def ask_raw(self, method: str, route: str, body: object = None) -> bytes:
        """As ``ask``, undecoded."""
        content = b"" if body is None else msgspec.json.encode(body)
        connection = _Connection(self._path, self._timeout_s)
        try:
            connection.request(method, route, content)
            response = connection.getresponse()
            answer = response.read()
        except TimeoutError as fault:
            raise MatineeError("ipc.timeout", service=self._service, seconds=self._timeout_s) from fault
        except (OSError, http.client.HTTPException) as fault:
            raise MatineeError("ipc.not_running", service=self._service) from fault
        finally:
            connection.close()
        if response.status != HTTPStatus.OK:
            raise self._refusal(answer)
        return answer

    def _refusal(self, answer: bytes) -> MatineeError:
        problem = codec.decode(answer, Problem)
        if problem.key in sentences():
            return MatineeError(problem.key, **problem.facts)
        return MatineeError("ipc.refused", service=self._service, fault=problem.detail)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("local", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        unix.connect(self.sock, self._path)
