"""The fault proxy does what it says; and sync comes through it with nothing missing and nothing double."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.ids import BoxId, new_id
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from lab.fault_proxy import FaultProxy, Faults
from lab.object_store_fixture import box_settings, object_store, organiser_settings
from lab.outbox_owners import Owners, arrived
from lab.sync_process import SyncProcess, write_settings

__all__ = ["object_store"]

BODY = bytes(range(256)) * 4096


class _Film(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Film) as serving:
        serving.handle_error = lambda *_: None  # type: ignore[method-assign] # connections are cut on purpose
        thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield serving.server_port
        serving.shutdown()
        thread.join()


def get(port: int, timeout_s: float = 10) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read()
    finally:
        connection.close()


def test_without_a_fault_every_byte_comes_through(server: int) -> None:
    with FaultProxy(server) as line:
        assert get(line.port) == BODY
        assert line.seen.down_bytes > len(BODY)


def test_a_cut_line_is_reset_in_the_middle_and_the_seed_says_where(server: int) -> None:
    places = []
    for _ in range(2):
        with FaultProxy(server, Faults(cut_after_bytes=300_000), seed=5) as line:
            with pytest.raises((ConnectionError, http.client.IncompleteRead)):
                get(line.port)
            places.append(line.seen.down_bytes)
    assert places[0] == places[1]
    assert 150_000 <= places[0] <= 450_000


def test_a_slow_line_takes_its_time(server: int) -> None:
    clock = RealClock()
    with FaultProxy(server, Faults(bytes_per_s=1_000_000)) as line:
        began = clock.monotonic()
        assert get(line.port) == BODY
        assert clock.monotonic() - began >= len(BODY) / 1_000_000 - 0.3


def test_latency_is_felt_both_ways(server: int) -> None:
    clock = RealClock()
    with FaultProxy(server, Faults(latency_s=0.1)) as line:
        connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=30)
        began = clock.monotonic()
        connection.request("GET", "/")
        connection.getresponse()
        assert clock.monotonic() - began >= 0.2
        connection.close()


def test_a_half_open_line_takes_everything_and_says_nothing(server: int) -> None:
    with FaultProxy(server, Faults(half_open=True)) as line, pytest.raises(TimeoutError):
        get(line.port, timeout_s=0.3)


def test_a_line_full_of_noise_is_no_http(server: int) -> None:
    with (
        FaultProxy(server, Faults(garbage=1)) as line,
        pytest.raises((http.client.HTTPException, ConnectionError)),
    ):
        get(line.port)


def test_a_line_that_is_down_refuses_and_comes_back(server: int) -> None:
    with FaultProxy(server, Faults(up_s=0.2, down_s=0.2)) as line:
        standing = socket.create_connection(("127.0.0.1", line.port), timeout=5)
        with pytest.raises(ConnectionResetError):
            standing.recv(1)  # nothing is ever sent: only the line going down ends this
        standing.close()
        clock, nothing = RealClock(), threading.Event()
        while not line.is_up:
            clock.wait(nothing, 0.01)
        line.faults = Faults()
        assert get(line.port) == BODY


def test_through_a_flapping_line_everything_arrives_once(
    paths: Paths, tmp_path: Path, object_store: ObjectStore
) -> None:
    """Up and down in turn, by what happens and not by the clock: a busy machine sees the same line."""
    box = BoxId(f"box-{new_id().lower()}")
    owners = Owners(paths, box=box)
    port = int(object_store.endpoint.rpartition(":")[2])
    faults = Faults(cut_after_bytes=2_000, latency_s=0.005)
    with FaultProxy(port, faults, seed=4) as line:
        through = msgspec.structs.replace(
            box_settings(object_store), endpoint=f"http://127.0.0.1:{line.port}"
        )
        write_settings(paths, through, box)
        with SyncProcess(paths) as sync:
            for _ in range(4):
                for _ in range(20):
                    owners.fact()
                    owners.person()
                owners.clip(200_000)
                _until(sync, owners, lambda seen=line.seen.resets: line.seen.resets > seen)  # cut midway
                line.go_down()
                _until(sync, owners, lambda seen=line.seen.refused: line.seen.refused > seen)  # in vain
                line.come_up()
            line.faults = Faults(latency_s=0.005)
            sync.wait_for(lambda view: _pushed(sync, view.waiting), timeout_s=80)
        assert line.seen.resets >= 4
        assert line.seen.refused >= 4
    owners.close()
    bucket = open_bucket(organiser_settings(object_store))
    assert bucket is not None
    found = arrived(bucket, tmp_path / "read", f"boxes/box={box}/")
    assert set(found.rows) == owners.written
    assert not found.double
    assert len([key for key in found.keys if "/clips/" in key]) == 12


@pytest.mark.parametrize("forgetful", [False, True])
def test_an_answer_that_is_lost_makes_no_double_but_the_count_would_see_one(
    forgetful: bool, paths: Paths, tmp_path: Path, object_store: ObjectStore
) -> None:
    """The mutant: a retry under a fresh name, as if what was planned had not been kept."""
    box, clock = BoxId(f"box-{new_id().lower()}"), RealClock()
    owners = Owners(paths, box=box)
    row = owners.fact()
    port = int(object_store.endpoint.rpartition(":")[2])
    with FaultProxy(port, Faults(cut_after_bytes=60)) as line:  # after 100 Continue, before 200 OK
        through = msgspec.structs.replace(
            box_settings(object_store), endpoint=f"http://127.0.0.1:{line.port}"
        )
        bucket = open_bucket(through)
        assert bucket is not None
        database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        rows = SyncRows(database, clock)
        pusher = Pusher(box, bucket, rows, Outboxes(paths), paths.clips, clock, gather_s=0)
        with pytest.raises(MatineeError):
            pusher.step()
        if forgetful:
            with database.transaction() as tx:
                tx.execute("UPDATE push_object SET epoch = epoch + 1")
        line.faults = Faults()
        while pusher.step():
            pass
    owners.close()
    organiser = open_bucket(organiser_settings(object_store))
    assert organiser is not None
    found = arrived(organiser, tmp_path / "read", f"boxes/box={box}/")
    assert found.double == ({row} if forgetful else set())
    assert set(found.rows) == {row}


def _until(sync: SyncProcess, owners: Owners, happened: Callable[[], bool]) -> None:
    """Push, again and again, until it did; there is always something to push, else no line could be cut."""
    clock, nothing = RealClock(), threading.Event()
    deadline = clock.monotonic() + 60
    while not happened():
        assert clock.monotonic() < deadline, "nothing happened to the line"
        owners.fact()
        sync.client.push()
        clock.wait(nothing, 0.05)


def _pushed(sync: SyncProcess, waiting: object) -> bool:
    if waiting:
        sync.client.push()
    return not waiting
