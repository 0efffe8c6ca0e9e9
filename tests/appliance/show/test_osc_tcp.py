"""OSC over TCP, SLIP and all: a real peer (liblo) drives the show, and hostile ones do no harm."""

from __future__ import annotations

import json
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.show.osc_pythonosc import PacketStream, in_stream, messages_of, packet_of
from appliance.show.osc_tcp import TcpCaller
from lab.evening import MANIFEST
from lab.free_port import free_port
from lab.liblo import Liblo
from lab.ola import wait_until
from lab.show_process import ShowProcess


class Desk:
    """A connection that reads what is answered."""

    def __init__(self, port: int) -> None:
        self.connection = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.packets = PacketStream()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def say(self, path: str, *values: int) -> None:
        self.connection.sendall(in_stream(packet_of((path, values))))

    def hear_until(self, path: str) -> object:
        while True:
            piece = self.connection.recv(4096)
            assert piece, "it hung up"
            for packet in self.packets.feed(piece):
                for address, values in messages_of(packet):
                    if address == path:
                        return values[0]


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[ShowProcess]:
    paths = Paths(tmp_path_factory.mktemp("osc") / "box").ensure()
    show = ShowProcess(paths, f"[osc]\nport = {port}\nreply_port = {free_port(udp=True)}\n")
    yield show
    show.stop()


@pytest.fixture(autouse=True)
def standing_by(show: ShowProcess) -> None:
    if show.client.status().phase not in {Phase.NONE, Phase.STANDBY}:
        if show.client.status().phase is not Phase.HELD:
            show.client.do(Verb.HOLD)
        show.client.do(Verb.STANDBY)
    show.load(MANIFEST)


def test_liblo_runs_the_show(show: ShowProcess, port: int) -> None:
    tablet = Liblo(port)
    tablet.say("/go")
    wait_until(lambda: show.client.status().phase is Phase.RUNNING)
    tablet.say("/pause")
    wait_until(lambda: show.client.status().phase is Phase.PAUSED)
    tablet.close()


def test_answers_and_updates_come_on_the_same_connection(show: ShowProcess, port: int) -> None:
    with Desk(port) as desk, Desk(port) as other:
        desk.say("/resume")
        assert "means nothing" in str(desk.hear_until("/reply/resume"))
        desk.say("/updates", 1)
        desk.hear_until("/reply/updates")
        other.say("/version")
        assert "5.0" in str(other.hear_until("/reply/version"))
        show.client.do(Verb.GO)
        assert desk.hear_until("/matinee/now") == "Welcome"
        other.connection.settimeout(0.1)
        with pytest.raises(TimeoutError):
            other.connection.recv(1)


def test_one_that_takes_nothing_is_hung_up_on_and_nobody_waits() -> None:
    ours, theirs = socket.socketpair()
    caller = TcpCaller(ours)
    for _ in range(10_000):
        caller.send(bytes(1000))
    with theirs, ours:
        while theirs.recv(1 << 20):
            pass  # what was sent comes, and then the end
        assert caller.read() is None


def test_noise_and_endless_packets_are_hung_up_on(show: ShowProcess, port: int) -> None:
    noise = random.Random(5)  # noqa: S311 the same noise each time
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
            one.sendall(noise.randbytes(3000).replace(b"\xc0", b"\xc0\xc0"))
    with Desk(port).connection as endless:
        endless.sendall(b"a" * 9000)
        with suppress(ConnectionResetError):
            assert endless.recv(1) == b""
    for one in [Desk(port) for _ in range(17)]:
        one.connection.close()
    wait_until(lambda: _answers(port))
    assert show.child.poll() is None


def _answers(port: int) -> bool:
    try:
        with Desk(port) as desk:
            desk.connection.settimeout(1)
            desk.say("/version")
            return "5.0" in str(desk.hear_until("/reply/version"))
    except (OSError, AssertionError):
        return False


@given(st.lists(st.binary(min_size=1, max_size=80), max_size=6), st.lists(st.integers(0, 700), max_size=6))
def test_however_the_stream_is_cut_the_same_packets_come_out(packets: list[bytes], cuts: list[int]) -> None:
    whole = b"".join(in_stream(packet) for packet in packets)
    edges = [0, *sorted(min(cut, len(whole)) for cut in cuts), len(whole)]
    stream = PacketStream()
    found = [packet for begin, end in pairwise(edges) for packet in stream.feed(whole[begin:end])]
    assert found == packets


@given(st.lists(st.binary(max_size=300), max_size=8))
def test_rubbish_never_breaks_the_reader(pieces: list[bytes]) -> None:
    stream = PacketStream()
    for piece in pieces:
        for packet in stream.feed(piece):
            messages_of(packet)


def test_a_mark_that_can_not_be_kept_is_answered_with_the_reason(show: ShowProcess, port: int) -> None:
    assert show.client.status()
    with Desk(port) as desk:  # no capture runs beside this show
        desk.say("/mark")
        answer = json.loads(str(desk.hear_until("/reply/mark")))
    assert answer["status"] == "error"
    assert "capture" in answer["data"]
