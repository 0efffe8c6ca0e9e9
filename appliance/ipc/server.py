"""A service's control socket: HTTP and JSON over a Unix socket, a thread per request."""

from __future__ import annotations

import re
import selectors
import socket
import socketserver
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import msgspec

from appliance.errors import MatineeError
from appliance.ipc import codec, unix

Body = TypeVar("Body")

_MOST_BYTES = 1 << 20


class Problem(msgspec.Struct, frozen=True):
    """A refusal on the wire, in the manner of RFC 9457: ``key`` is stable, ``detail`` is for people."""

    key: str
    detail: str
    facts: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a handler sees it."""

    parts: dict[str, str]
    """What the braces of the route matched."""
    body: bytes

    def decode(self, kind: type[Body]) -> Body:
        """Parse the JSON body, an empty one as ``{}``; ``msgspec.ValidationError`` if it is no ``kind``."""
        return codec.decode(self.body or b"{}", kind)


@dataclass(frozen=True, slots=True)
class Raw:
    """An answer that is not JSON."""

    content: bytes
    content_type: str


Handler = Callable[[Request], object]


@dataclass(frozen=True, slots=True)
class Route:
    """``method`` and ``path`` (``/clips/{id}/approve``) lead to ``handler``."""

    method: str
    path: str
    handler: Handler
    direct: bool = False
    """Run on the request's own thread: for long work that locks for itself."""

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """Return the parts if this route answers, else None."""
        if method != self.method:
            return None
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None


class ControlServer:
    """Listens at ``path`` until closed."""

    def __init__(
        self, path: Path, routes: Sequence[Route], around: Callable[[Callable[[], object]], object]
    ) -> None:
        """``around`` runs each handler: the owner thread's ``call``, or plainly ``lambda work: work()``."""
        self._server = _Server(path, routes, around)
        self._thread = threading.Thread(target=self._server.listen, name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening and wait for the listener."""
        self._server.end()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 64
    timeout = 0
    """Of ``handle_request``, which is asked only when somebody waits."""

    def __init__(
        self, path: Path, routes: Sequence[Route], around: Callable[[Callable[[], object]], object]
    ) -> None:
        self._path = path
        self.routes = routes
        self.around = around
        self._ending, self._end = socket.socketpair()
        super().__init__(str(path), _Exchange)

    def listen(self) -> None:
        """Until ``end``. Nothing wakes it but who asks: a box that nobody uses is still."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.socket, selectors.EVENT_READ)
            waiting.register(self._ending, selectors.EVENT_READ)
            while all(key.fileobj is not self._ending for key, _ in waiting.select()):
                self.handle_request()

    def end(self) -> None:
        """Let ``listen`` return."""
        self._end.close()

    def server_close(self) -> None:
        super().server_close()
        self._ending.close()

    def server_bind(self) -> None:
        unix.bind(self.socket, self._path)

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked and is gone is no fault of this service; all else is said as ever."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 30

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > _MOST_BYTES:
            self._send(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Problem("ipc.too_large", "Too much."))
            return
        body = self.rfile.read(length)
        for route in self.server.routes:
            parts = route.match(self.command, self.path)
            if parts is not None:
                self._send(*self._run(route, Request(parts, body)))
                return
        self._send(HTTPStatus.NOT_FOUND, Problem("ipc.no_route", f"{self.command} {self.path}"))

    do_GET = do_POST = do_PUT = _answer  # noqa: N815 the names are http.server's

    def _run(self, route: Route, request: Request) -> tuple[HTTPStatus, object]:
        try:
            if route.direct:
                return HTTPStatus.OK, route.handler(request)
            return HTTPStatus.OK, self.server.around(lambda: route.handler(request))
        except MatineeError as refused:
            facts = {name: str(value) for name, value in refused.facts.items()}
            return HTTPStatus.CONFLICT, Problem(refused.key, refused.sentence, facts)
        except (msgspec.ValidationError, msgspec.DecodeError) as wrong:
            return HTTPStatus.BAD_REQUEST, Problem("ipc.bad_request", str(wrong))

    def _send(self, status: HTTPStatus, answer: object) -> None:
        raw = answer if isinstance(answer, Raw) else Raw(msgspec.json.encode(answer), "application/json")
        self.send_response(status)
        self.send_header("Content-Type", raw.content_type)
        self.send_header("Content-Length", str(len(raw.content)))
        self.end_headers()
        self.wfile.write(raw.content)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing: a request is not news."""

    def address_string(self) -> str:
        return "local"
