"""The relay with a simulated guest: whoever looks is given a key frame first, and nobody waits for ever."""

from __future__ import annotations

import socket
import tracemalloc
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import RealClock
from appliance.model.stream_source import parse
from appliance.sync.relay import Relay
from appliance.sync.relay_channel import Patience
from appliance.sync.relay_ts import PACKET_BYTES, VIDEO_PID, KeyFrames
from lab.free_port import free_port
from lab.simulated_feed import SimulatedGuest
from lab.staff_room import until

SOURCE = parse("srt://stage.example:9000")
HASTY = Patience(opening_s=0.5, silent_s=0.5, linger_s=0.5, again_s=(0.05,))


def packet(pid: int, filling: int, *, key: bool = False) -> bytes:
    adaptation = bytes([0x30, 1, 0x40 if key else 0]) if pid == VIDEO_PID else b"\x10"
    head = bytes([0x47, pid >> 8, pid & 0xFF]) + adaptation
    return head + bytes([filling]) * (PACKET_BYTES - len(head))


def frame(filling: int, *, key: bool = False) -> bytes:
    tables = packet(0, filling) + packet(0x1000, filling)
    return tables + packet(VIDEO_PID, filling, key=key) + packet(0x101, filling)


@pytest.fixture
def guest() -> SimulatedGuest:
    return SimulatedGuest()


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def relay(guest: SimulatedGuest, port: int) -> Iterator[Relay]:
    relay = Relay(port, guest.open, RealClock(), HASTY)
    relay.serve([SOURCE])
    relay.start()
    yield relay
    relay.stop()


def look(port: int) -> socket.socket:
    found: list[socket.socket] = []

    def connected() -> bool:
        try:
            found.append(socket.create_connection(("127.0.0.1", port), timeout=10))
        except ConnectionRefusedError:
            return False
        return True

    until(connected)
    return found[0]


def taken(viewer: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size:
        piece = viewer.recv(size - len(got))
        assert piece, "it was closed"
        got += piece
    return got


def test_nothing_is_asked_for_while_nobody_looks(relay: Relay, guest: SimulatedGuest, port: int) -> None:
    viewer = look(port)
    until(lambda: len(guest.feeds) == 1)
    viewer.close()
    until(lambda: guest.feed.closed)
    assert relay.faults() == ()


@pytest.mark.usefixtures("relay")
def test_all_who_look_are_given_a_key_frame_with_its_tables_first(guest: SimulatedGuest, port: int) -> None:
    with look(port) as first:
        until(lambda: len(guest.feeds) == 1)
        guest.feed.send(frame(1) + frame(2, key=True) + frame(3))
        assert taken(first, len(frame(2)) * 2) == frame(2, key=True) + frame(3)
        with look(port) as late:
            assert taken(late, len(frame(2)) * 2) == frame(2, key=True) + frame(3)
            guest.feed.send(frame(4))
            assert taken(late, len(frame(4))) == taken(first, len(frame(4))) == frame(4)


@pytest.mark.parametrize("silent", [False, True])
def test_a_guest_that_is_gone_hangs_up_on_the_player_is_named_and_comes_back(
    relay: Relay, guest: SimulatedGuest, port: int, silent: bool
) -> None:
    with look(port) as viewer:
        until(lambda: len(guest.feeds) == 1)
        guest.feed.send(frame(1, key=True))
        taken(viewer, len(frame(1)))
        if not silent:
            guest.feed.end("Connection reset")
        assert viewer.recv(1) == b""
    why = "nothing comes any more" if silent else "Connection reset"
    until(lambda: any(why in said and "srt://stage.example" in said for said in relay.faults()))
    with look(port) as viewer:
        until(lambda: len(guest.feeds) == 2)
        guest.feed.send(frame(2, key=True))
        assert taken(viewer, len(frame(2))) == frame(2, key=True)
        until(lambda: relay.faults() == ())


def test_a_guest_that_does_not_answer_is_asked_again_while_somebody_waits(
    relay: Relay, guest: SimulatedGuest, port: int
) -> None:
    guest.away = True
    with look(port):
        until(lambda: relay.faults() != ())
        guest.away = False
        until(lambda: len(guest.feeds) == 1)


def test_a_box_that_can_start_no_process_says_so_and_tries_again(
    relay: Relay, guest: SimulatedGuest, port: int
) -> None:
    guest.no_process = True
    with look(port) as viewer:
        until(lambda: any("Cannot allocate memory" in said for said in relay.faults()))
        guest.no_process = False
        until(lambda: len(guest.feeds) == 1)
        guest.feed.send(frame(1, key=True))
        assert taken(viewer, len(frame(1))) == frame(1, key=True)


def test_each_stream_has_its_port_and_a_taken_one_is_said_until_it_is_free(guest: SimulatedGuest) -> None:
    other = parse("srt://other.example:9000")
    first = free_port()
    with socket.create_server(("127.0.0.1", first + 1)):
        relay = Relay(first, guest.open, RealClock(), HASTY)
        relay.serve([SOURCE, other])
        relay.start()
        until(lambda: any(str(first + 1) in said for said in relay.faults()))
    until(lambda: relay.faults() == ())
    with look(first), look(first + 1):
        until(lambda: len(guest.feeds) == 2)
    relay.stop()
    assert all(feed.closed for feed in guest.feeds)


@given(st.lists(st.booleans(), max_size=6), st.lists(st.integers(0, 6 * 4 * PACKET_BYTES), max_size=5))
def test_however_it_is_cut_the_same_packets_and_the_same_head_come_out(
    keys: list[bool], cuts: list[int]
) -> None:
    stream = b"".join(frame(at, key=key) for at, key in enumerate(keys))
    frames = KeyFrames()
    edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
    out = b"".join(frames.feed(stream[begin:end]) for begin, end in pairwise(edges))
    assert out == stream
    last = max((at for at, key in enumerate(keys) if key), default=None)
    size = len(frame(0))
    assert frames.head == (b"" if last is None else stream[last * size :])
    assert frames.begun == (last is not None)


def test_to_ask_whether_there_is_a_key_frame_copies_no_pictures() -> None:
    frames = KeyFrames()
    assert not frames.begun
    frames.feed(frame(0, key=True) + frame(1) * 1000)
    tracemalloc.start()
    try:
        assert frames.begun
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < len(frames.head) / 10


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_rubbish_is_no_reason_to_stop(one: bytes, two: bytes) -> None:
    frames = KeyFrames()
    out = frames.feed(one) + frames.feed(two)
    assert len(out) % PACKET_BYTES == 0
