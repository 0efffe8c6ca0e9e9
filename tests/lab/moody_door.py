"""A program of somebody else's that is posted to, and has bad days."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Protocol


class Receiver(Protocol):
    """What stands behind the door. ``moods`` come one by one, then all is well.

    ``deaf``: cut off before it read anything; ``forgetful``: took it, and the answer is lost; ``broken``:
    500; ``moved``: 302.
    """

    moods: list[str]
    posts: int

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer; names of ``headers`` in small letters."""


@contextmanager
def moody_door(receiver: Receiver, path: str, **more: str) -> Iterator[str]:
    """The address that it listens at; ``more`` headers are answered."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            receiver.posts += 1
            mood = receiver.moods.pop(0) if receiver.moods else ""
            if mood == "deaf":
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heads = {name.lower(): value for name, value in self.headers.items()}
            status = {"broken": 500, "moved": 302}.get(mood) or receiver.take(heads, body)
            if mood == "forgetful":
                self.close_connection = True
                return
            self.send_response(status)
            always = {"Location": "http://127.0.0.1:1/elsewhere", "Content-Length": "0"}
            for name, value in {**always, **more}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{path}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
