from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from appliance.ipc import bell
from appliance.ipc.client import ControlClient, part
from appliance.ipc.server import ControlServer, Raw, Request, Route
from appliance.paths import Paths, Service


@dataclass(frozen=True, slots=True)
class Sum:
    left: int
    right: int = 1


def refuse(_request: Request) -> None:
    raise MatineeError("core.port_taken", port=80)


def add(request: Request) -> int:
    asked = request.decode(Sum)
    return asked.left + asked.right


ROUTES = [
    Route("POST", "/add", add),
    Route("GET", "/echo/{word}/end", lambda request: request.parts["word"]),
    Route("GET", "/refuse", refuse),
    Route("GET", "/raw", lambda _: Raw(b"\xff\xd8", "image/jpeg")),
]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[ControlClient]:
    paths = Paths(tmp_path / ("long-" * 20) / "box").ensure()
    server = ControlServer(paths.socket(Service.SHOW), ROUTES, lambda work: work())
    yield ControlClient(paths, Service.SHOW)
    server.close()


def test_a_request_is_answered_even_where_the_path_is_longer_than_an_address_may_be(
    client: ControlClient,
) -> None:
    assert client.ask("POST", "/add", int, Sum(2, 3)) == 5
    assert client.ask("GET", "/echo/hello/end", str) == "hello"
    assert client.ask_raw("GET", "/raw") == b"\xff\xd8"


@pytest.mark.parametrize(
    "word", ["é", "a/b", "a?b=c", "%2F", "..", " ", "\x00", "\x80", "日本", "a\r\nHost: x"]
)
def test_a_part_of_a_route_arrives_whatever_is_in_it(client: ControlClient, word: str) -> None:
    assert client.ask("GET", f"/echo/{part(word)}/end", str) == word


def test_a_refusal_arrives_as_the_error_it_was(client: ControlClient) -> None:
    with pytest.raises(MatineeError) as caught:
        client.ask("GET", "/refuse", int)
    assert caught.value.key == "core.port_taken"
    assert "80" in caught.value.sentence


@pytest.mark.parametrize("body", [{"left": "two"}, {}, [1]])
def test_a_body_of_the_wrong_shape_is_refused_in_words(client: ControlClient, body: object) -> None:
    with pytest.raises(MatineeError) as caught:
        client.ask("POST", "/add", int, body)
    assert caught.value.key == "ipc.refused"


def test_an_unknown_route_is_refused(client: ControlClient) -> None:
    with pytest.raises(MatineeError, match="/nowhere"):
        client.ask("GET", "/nowhere", int)


def test_nobody_there_is_said_at_once(paths: Paths) -> None:
    with pytest.raises(MatineeError) as caught:
        ControlClient(paths, Service.PLAYER).ask("GET", "/status", int)
    assert caught.value.key == "ipc.not_running"


def test_a_socket_left_by_the_dead_is_replaced(paths: Paths) -> None:
    first = ControlServer(paths.socket(Service.SHOW), ROUTES, lambda work: work())
    first.close()
    assert paths.socket(Service.SHOW).exists()
    second = ControlServer(paths.socket(Service.SHOW), ROUTES, lambda work: work())
    assert ControlClient(paths, Service.SHOW).ask("POST", "/add", int, Sum(1)) == 2
    second.close()


def test_who_leaves_without_hearing_the_answer_is_not_in_the_journal(
    paths: Paths, capfd: pytest.CaptureFixture[str]
) -> None:
    server = ControlServer(paths.socket(Service.SHOW), ROUTES, lambda work: work())
    before = threading.active_count()
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(paths.socket(Service.SHOW)))
        line.sendall(b"GET /raw HTTP/1.1\r\nHost: box\r\n\r\n")
        assert line.recv(1)
    while threading.active_count() > before:
        threading.Event().wait(0.01)
    server.close()
    assert capfd.readouterr().err == ""


def test_the_bell_wakes_and_a_bell_that_nobody_hears_harms_nobody(paths: Paths) -> None:
    bell.ring(paths, Service.SYNC)
    heard = threading.Event()
    listening = bell.Bell(paths, Service.SYNC, heard.set)
    bell.ring(paths, Service.SYNC)
    assert heard.wait(30)
    listening.close()


MEETING = """
import sys, threading, msgspec
from appliance.ipc.codec import decode
sys.setswitchinterval(1e-6)
for turn in range(100):
    inner = msgspec.defstruct("Inner", [("a", str), ("b", str)])
    outer = msgspec.defstruct("Outer", [("x", inner), ("y", list[inner])])
    gate = threading.Barrier(16)
    def meet():
        gate.wait()
        assert READ(outer).x.a == "q"
    threads = [threading.Thread(target=meet) for _ in range(16)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
"""
WORDS = """b'{"x":{"a":"q","b":""},"y":[]}'"""


def test_many_threads_may_meet_a_type_for_the_first_time_together() -> None:
    script = f"READ = lambda kind: decode({WORDS}, kind)\n{MEETING}"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
