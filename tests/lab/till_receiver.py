"""A till at the other end: it checks signatures, keeps facts by id, and has bad days."""

from __future__ import annotations

import hmac
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from appliance.sync.till_webhook import SIGNATURE, signature


@dataclass
class Books:
    """What the till believes. ``moods`` come one by one, then all is well.

    ``deaf``: cut off before it read anything; ``forgetful``: took it, and the answer is lost; ``broken``:
    500; ``moved``: 302.
    """

    secret: bytes
    moods: list[str] = field(default_factory=list)
    facts: dict[str, dict[str, Any]] = field(default_factory=dict)
    posts: int = 0
    doubles: int = 0
    refused: int = 0

    def take(self, body: bytes, signed: str) -> int:
        """The status to answer. The date is not looked at: this clock is twenty years slow."""
        if not hmac.compare_digest(signature(body, self.secret), signed):
            self.refused += 1
            return 401
        for fact in json.loads(body)["facts"]:
            self.doubles += fact["id"] in self.facts
            self.facts[fact["id"]] = fact
        return 204

    def totals(self) -> Counter[str]:
        """Money by way, units by drop and size, and how many are in people's hands."""
        found: Counter[str] = Counter()
        claims: dict[str, tuple[str, str]] = {}
        uses: dict[str, int] = {}
        for fact in self.facts.values():
            match fact["kind"]:
                case "paid":
                    found[f"{fact['way']} {fact['currency']}"] += fact["amount_minor"]
                case "drop_claimed":
                    claims[fact["claim"]] = (fact["claim"], f"{fact['drop']}/{fact['variant']}")
                case "part_claimed" if fact["drop"]:
                    claims[fact["piece"]] = (fact["claim"], f"{fact['drop']}/{fact['variant']}")
                case "part_used":
                    uses[fact["use"]] = fact["amount_minor"]
                case "stock_edited":
                    found[f"edited {fact['drop']}/{fact['variant']}"] += fact["units"]
                case "handed_over":
                    found["in hands"] += 1
                case "hand_over_undone" | "returned":
                    found["in hands"] -= 1
        released = {fact["claim"] for fact in self.facts.values() if fact["kind"] == "drop_released"}
        found.update(f"taken {pile}" for claim, pile in claims.values() if claim not in released)
        undone = {fact["use"] for fact in self.facts.values() if fact["kind"] == "part_use_undone"}
        found["spent"] = sum(amount for use, amount in uses.items() if use not in undone)
        return Counter({name: number for name, number in found.items() if number})


@contextmanager
def till_receiver(books: Books) -> Iterator[str]:
    """The address that it listens at."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            books.posts += 1
            mood = books.moods.pop(0) if books.moods else ""
            if mood == "deaf":
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = {"broken": 500, "moved": 302}.get(mood) or books.take(body, self.headers[SIGNATURE])
            if mood == "forgetful":
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Date", "Tue, 21 Nov 2006 03:00:00 GMT")
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/matinee"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
