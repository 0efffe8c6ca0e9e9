"""A web server that has a film, with levers for everything that goes wrong between a bucket and a venue."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

_PIECE = 64 * 1024


@dataclass
class Levers:
    ranges: bool = True
    etag: str | None = '"film"'
    status: int | None = None
    """Answer this instead."""
    page: bytes | None = None
    """Answer 200 with this instead, as a hotel's login page does."""
    redirect: str | None = None
    cut_after: int | None = None
    """Hang up after so many bytes of each body."""
    endless: bool = False
    trickle: bool = False
    """One byte, then silence until the origin is closed."""
    drip: bool = False
    """The head of an answer, a byte at a time, without end."""
    say_length: bool = True
    rate: int | None = None
    """Bytes a second."""
    lie: dict[int, int] = field(default_factory=dict)
    """Offset to the byte that is sent there instead."""


class FilmOrigin:
    def __init__(self, content: bytes, host: str = "127.0.0.1") -> None:
        self.content = content
        self.levers = Levers()
        self.requests: list[tuple[str, str | None, str | None]] = []
        self.sent_bytes = 0
        self.closing = threading.Event()
        origin = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                origin.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self._server.daemon_threads = True
        self._server.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2 * _PIECE)
        self.port = self._server.server_port
        self.url = f"http://{host}:{self.port}/film.mp4"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        levers = self.levers
        wanted = asked.headers.get("Range")
        self.requests.append((asked.path, wanted, asked.headers.get("If-Range")))
        if levers.drip:
            self._drip(asked)
        elif levers.redirect is not None:
            self._head(asked, 302, {"Location": levers.redirect, "Content-Length": "0"})
        elif levers.status is not None:
            self._head(asked, levers.status, {"Content-Length": "0"})
        elif levers.page is not None:
            self._head(asked, 200, {"Content-Type": "text/html", "Content-Length": str(len(levers.page))})
            asked.wfile.write(levers.page)
        else:
            self._film(asked, wanted)

    def _drip(self, asked: BaseHTTPRequestHandler) -> None:
        asked.close_connection = True
        asked.wfile.write(b"HTTP/1.1 200 OK\r\nX-Never-Ends: ")
        with suppress(OSError):
            while not self.closing.wait(0.02):
                asked.wfile.write(b"x")

    def _film(self, asked: BaseHTTPRequestHandler, wanted: str | None) -> None:
        levers, size = self.levers, len(self.content)
        first, last, status = 0, size - 1, 200
        headers = {"ETag": levers.etag} if levers.etag else {}
        if_range = asked.headers.get("If-Range")
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted or "")
        if levers.ranges and found and if_range in {None, levers.etag}:
            first, last, status = int(found[1]), min(int(found[2] or size), size - 1), 206
            headers["Content-Range"] = f"bytes {first}-{last}/{size}"
            if first >= size:
                self._head(asked, 416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
                return
        if levers.say_length and not levers.endless:
            headers["Content-Length"] = str(last - first + 1)
        else:
            headers["Connection"] = "close"
            asked.close_connection = True
        self._head(asked, status, headers)
        self._body(asked, first, last + 1)

    def _body(self, asked: BaseHTTPRequestHandler, offset: int, end: int) -> None:
        levers, sent = self.levers, 0
        try:
            while offset < end or levers.endless:
                piece = bytearray(self.content[offset : min(end, offset + _PIECE)] or b"x" * _PIECE)
                for at, byte in levers.lie.items():
                    if offset <= at < offset + len(piece):
                        piece[at - offset] = byte
                if levers.cut_after is not None:
                    del piece[max(0, levers.cut_after - sent) :]
                if levers.trickle:
                    del piece[1:]
                asked.wfile.write(piece)
                sent += len(piece)
                offset += len(piece)
                self.sent_bytes += len(piece)
                if levers.trickle:
                    self.closing.wait(60)
                    return
                if levers.cut_after is not None and sent >= levers.cut_after:
                    asked.connection.shutdown(socket.SHUT_RDWR)
                    asked.close_connection = True
                    return
                if levers.rate is not None:
                    self.closing.wait(len(piece) / levers.rate)
        except OSError:
            asked.close_connection = True

    def _head(self, asked: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        asked.send_response(status)
        for name, value in headers.items():
            asked.send_header(name, value)
        asked.end_headers()
