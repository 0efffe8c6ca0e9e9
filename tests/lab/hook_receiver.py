"""A program that takes webhooks as the Standard Webhooks specification asks, and has bad days."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_S = 300


@dataclass
class Inbox:
    """Believes what is signed, fresh and new. ``moods`` come one by one, as a till's (``till_receiver``)."""

    key: bytes
    now: float
    moods: list[str] = field(default_factory=list)
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: int = 0
    doubles: int = 0
    refused: int = 0
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """All that came over the line, for whoever would send it again."""

    def take(self, headers: dict[str, str], body: bytes) -> int:
        """The status to answer."""
        self.heard.append((headers, body))
        delivery, moment = headers["webhook-id"], headers["webhook-timestamp"]
        signed = hmac.new(self.key, f"{delivery}.{moment}.".encode() + body, hashlib.sha256).digest()
        genuine = hmac.compare_digest(f"v1,{base64.b64encode(signed).decode()}", headers["webhook-signature"])
        if not genuine or abs(self.now - int(moment)) > TOLERANCE_S:
            self.refused += 1
            return 401
        self.doubles += delivery in self.taken
        self.taken.setdefault(delivery, json.loads(body))
        return 204


@contextmanager
def hook_receiver(inbox: Inbox) -> Iterator[str]:
    """The address that it listens at."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            inbox.posts += 1
            mood = inbox.moods.pop(0) if inbox.moods else ""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heads = {name.lower(): value for name, value in self.headers.items()}
            status = {"broken": 500, "moved": 302}.get(mood) or inbox.take(heads, body)
            if mood == "forgetful":
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
