"""One strict parser before both apps: gunicorn's own corpus, through nginx, and a canary after each."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.paths import Paths, Service
from lab.audience import SAMPLE
from lab.front_box import GUESTS, WIRE, prepare, process
from lab.quickest import quickest
from lab.raw_http import Answer, answers, corpus, exchange
from lab.recorder import JOURNAL
from lab.staff_room import until

CLOCK = RealClock()
COUNTS = {"invalid": 81, "valid": 62}


@dataclass(frozen=True)
class Way:
    """One of the two ways in."""

    at: tuple[str, int]
    net: int
    turns: Iterator[int] = field(default_factory=count)

    def ask(self, raw: bytes, timeout_s: float = 1.5) -> list[Answer]:
        """Each time as another device: one alone may not ask so often."""
        turn = next(self.turns)
        return exchange(raw, self.at, f"127.{self.net}.{turn // 200}.{1 + turn % 200}", timeout_s)

    def canary(self, path: str = "/canary") -> Answer:
        """What a good request alone is answered, after which the box hangs up: it is waited for."""
        (told,) = self.ask(canary(path), timeout_s=30)
        return told

    def journal(self) -> list[str]:
        told = self.canary(JOURNAL)
        seen: list[str] = json.loads(told.body)
        return seen


def canary(path: str = "/canary") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: matinee.internal\r\nConnection: close\r\n\r\n".encode()


@contextmanager
def recording(paths: Paths, service: Service) -> Iterator[None]:
    command = [sys.executable, "-m", "lab.recorder", str(paths.root), service]
    tests = str(Path(__file__).parents[1])
    with subprocess.Popen(command, env={**os.environ, "PYTHONPATH": tests}) as child:
        try:
            yield
        finally:
            child.terminate()


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Way]]:
    paths = Paths(tmp_path_factory.mktemp("parser") / "box").ensure()
    config = prepare(paths, SAMPLE.read_text())
    with ExitStack() as stack:
        for service in (Service.PORTAL, Service.CONSOLE):
            stack.enter_context(recording(paths, service))
        stack.enter_context(process(paths, "front"))
        for port in (config.portal.port, config.console.port):
            until(lambda port=port: _listens(port))  # type: ignore[misc]
        yield {
            "attendees": Way((GUESTS, config.front.http), 1),
            "staff": Way((WIRE, config.front.http), 2),
        }


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("kind", COUNTS)
@pytest.mark.parametrize("way", ["attendees", "staff"])
def test_nginx_and_the_app_see_the_same_requests(
    ways: dict[str, Way], requests_of_gunicorn: Path, kind: str, way: str
) -> None:
    """What nginx answers itself the app never saw; what the app saw nginx answered, one for one, in order."""
    cases = corpus(requests_of_gunicorn, kind)
    assert len(cases) >= COUNTS[kind]
    door = ways[way]
    door.journal()
    refused = 0
    for name, raw in cases.items():
        for patience_s in (1.5, 15):  # an answer that comes late is one, too
            told = door.ask(raw + canary(f"/canary/{name}"), patience_s)
            by_app = [answer.headers["x-seen"] for answer in told if "x-seen" in answer.headers]
            seen = door.journal()
            if by_app == seen:
                break
        assert by_app == seen, name
        by_nginx = [answer for answer in told if "x-seen" not in answer.headers]
        for answer in by_nginx:
            assert answer.status in range(400, 500) or answer.status in {501, 505}, (name, answer)
            assert b"<center>nginx</center>" in answer.body, (name, answer)
        refused += bool(by_nginx)
        after = door.canary()
        assert after.body == b"/canary\n", name
        assert len(door.journal()) == 1, name
    if kind == "invalid":
        assert refused >= len(cases) // 2


POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
SMUGGLED = {
    "two lengths": POST + b"Content-Length: 0\r\nContent-Length: 44\r\n\r\n",
    "length and chunked": POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "in disguise": POST + b"Content-Length: 4\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "a name with an underscore": POST + b"Content_Length: 44\r\n\r\n",
    "an end in the middle": POST + b"X: b\r\n \r\n\r\n",
    "as HTTP/1.0": POST.replace(b"1.1", b"1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("trick", SMUGGLED)
@pytest.mark.parametrize("way", ["attendees", "staff"])
def test_what_is_hidden_behind_a_request_is_nobodys(ways: dict[str, Way], way: str, trick: str) -> None:
    door = ways[way]
    door.journal()
    hidden = b"GET /hidden HTTP/1.1\r\nHost: a\r\nX-Real-IP: 127.0.0.1\r\n\r\n"
    told = door.ask(SMUGGLED[trick] + hidden)
    by_app = [answer.headers["x-seen"] for answer in told if "x-seen" in answer.headers]
    assert by_app == door.journal()


@pytest.mark.parametrize("way", ["attendees", "staff"])
def test_a_thousand_idle_lines_and_half_forms_slow_nobody(ways: dict[str, Way], way: str) -> None:
    """Half-open, half-sent, slowly read: each waits alone. Without nginx forty of them stopped the portal."""
    door = ways[way]
    half = b"POST /join HTTP/1.1\r\nHost: matinee.internal\r\nContent-Length: 100\r\n\r\nname="
    beginnings = (b"", b"GET / HTTP/1.1\r\nHost: matinee.int", half)
    lines = []
    try:
        for number in range(1000):
            hostile = f"127.{door.net}.{100 + number // 200}.{1 + number % 200}"
            line = socket.create_connection(door.at, timeout=10, source_address=(hostile, 0))
            line.sendall(beginnings[number % 3])
            lines.append(line)

        def took_s() -> float:
            began = CLOCK.monotonic()
            assert {door.canary().status for _ in range(30)} == {200}
            return CLOCK.monotonic() - began

        assert quickest(took_s, 30 * 0.3) < 30 * 0.3
    finally:
        for line in lines:
            line.close()


def test_an_answer_is_split_as_the_rfc_says() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    sized = b"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nxy"
    assert [answer.body for answer in answers(chunked + sized)] == [b"abc", b"xy"]
