"""Films for neighbours: over TLS, to boxes that the same organiser certified, and to nobody else."""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

from appliance.ids import Sha256, is_sha256

if TYPE_CHECKING:
    from cache.https_session import Identity

_PIECE_BYTES = 256 * 1024
_TIMEOUT_S = 20.0
_MOST_AT_ONCE = 4
_CLOSE_WITHIN_S = 0.05
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})?")

FindFilm = Callable[[Sha256], Path | None]
"""The file of a film that is whole, as far as anybody knows."""


class FilmServer:
    """Listens on one address; each neighbour gets a thread, a few at a time."""

    def __init__(self, address: str, port: int, identity: Identity, find: FindFilm) -> None:
        """Raises ``OSError`` if the address is not this box's or the port is taken."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(identity.own)
        context.load_verify_locations(identity.root)
        context.verify_mode = ssl.CERT_REQUIRED
        self._server = _Server((address, port), _handler(find, threading.Semaphore(_MOST_AT_ONCE), identity))
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_CLOSE_WITHIN_S,), name="films", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def close(self) -> None:
        """Stop; who is being served is cut off, and goes on elsewhere."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 16

    def handle_error(self, request: object, client_address: object) -> None:
        """A stranger without a certificate, or a neighbour that went away: nothing to say."""


def _handler(find: FindFilm, places: threading.Semaphore, identity: Identity) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        connection: ssl.SSLSocket
        protocol_version = "HTTP/1.1"
        timeout = _TIMEOUT_S

        def do_GET(self) -> None:
            if not places.acquire(blocking=False):
                self._refuse(HTTPStatus.SERVICE_UNAVAILABLE)
                return
            try:
                self._film()
            finally:
                places.release()

        def log_message(self, format: str, *_: object) -> None:  # noqa: A002 as the base has it
            """Who asked for what is nobody's business."""

        def _film(self) -> None:
            asked = self.path.removeprefix("/film/")
            certified = not identity.is_revoked(self.connection.getpeercert(binary_form=True) or b"")
            path = find(Sha256(asked)) if certified and is_sha256(asked) else None
            if path is None:
                self._refuse(HTTPStatus.NOT_FOUND)
                return
            with path.open("rb") as film:
                size = path.stat().st_size
                first, last, status = _span(self.headers.get("Range"), size)
                if first > last:
                    self._refuse(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
                    return
                self.send_response(status)
                if status is HTTPStatus.PARTIAL_CONTENT:
                    self.send_header("Content-Range", f"bytes {first}-{last}/{size}")
                self.send_header("Content-Length", str(last - first + 1))
                self.send_header("ETag", f'"{asked}"')
                self.end_headers()
                film.seek(first)
                left = last - first + 1
                while left > 0 and (piece := film.read(min(_PIECE_BYTES, left))):
                    self.wfile.write(piece)
                    left -= len(piece)

        def _refuse(self, status: HTTPStatus) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Handler


def _span(wanted: str | None, size: int) -> tuple[int, int, HTTPStatus]:
    """First and last byte; first behind last: not to be satisfied."""
    found = _RANGE.fullmatch(wanted or "")
    if found is None:
        return 0, size - 1, HTTPStatus.OK
    first = int(found[1])
    last = min(int(found[2]) if found[2] else size - 1, size - 1)
    return first, last, HTTPStatus.PARTIAL_CONTENT
