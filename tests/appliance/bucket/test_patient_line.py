"""What goes up a line has an end in time, and one that is slow but moves is no fault."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from urllib3.exceptions import ProtocolError

from appliance.bucket import patient_line
from appliance.bucket.bucket import Put, Traffic
from appliance.bucket.bucket_webdav_line import webdav_pool
from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable

SIZE = 450_000
"""The kernel takes 256 KiB at once, and more when half of that has left: here after 2 s."""
PIECE, EACH_S = 8 << 10, 0.125
SLOW_BYTES = 200_000
"""Of it comes slowly; the rest as fast as it goes."""


@contextmanager
def taker(each_s: float) -> Iterator[str]:
    """A server that takes 8 KiB each so often; its address."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, PIECE)

        def take() -> None:
            near, _ = listener.accept()
            with near, suppress(OSError):
                got = 0
                while got < SIZE and not over.wait(each_s if got < SLOW_BYTES else 0):
                    got += len(near.recv(PIECE))
                near.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n")

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/film"
        finally:
            over.set()
            thread.join()


@contextmanager
def late(after_s: float) -> Iterator[str]:
    """An S3 server that says "go on", takes it all, and answers later; its address."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def take() -> None:
            near, _ = listener.accept()
            with near, suppress(OSError), near.makefile("rb") as comes:
                heads = list(iter(comes.readline, b"\r\n"))
                size = next(int(head[15:]) for head in heads if head.lower().startswith(b"content-length:"))
                near.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                comes.read(size)
                over.wait(after_s)
                near.sendall(b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\n\r\n')

        thread = threading.Thread(target=take)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def put(where: str, traffic: Traffic) -> int:
    with webdav_pool({}, traffic) as pool:
        return pool.request("PUT", where, body=bytes(SIZE)).status


def test_what_leaves_slowly_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "STALL_S", 1.0)
    traffic = Traffic()
    with taker(EACH_S) as where:
        assert put(where, traffic) == 201
    assert SIZE < traffic.sent_bytes < SIZE + 1000


def test_the_answer_is_waited_for_until_all_has_left_the_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "STALL_S", 0.2)
    with late(1.0) as where:
        bucket = open_bucket(BucketTable(endpoint=where, access_key="a", secret_key="b"))
        assert bucket is not None
        assert bucket.put("boxes/box=a/k", bytes(SIZE), "video/mp4") is Put.STORED


def test_what_does_not_leave_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "STALL_S", 0.3)
    with taker(60) as where, pytest.raises(ProtocolError):
        put(where, Traffic())


def test_what_leaves_so_slowly_that_it_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patient_line, "STALL_S", 1.0)
    monkeypatch.setattr(patient_line, "SLOWEST_BYTES_S", 1e9)
    with taker(EACH_S) as where, pytest.raises(ProtocolError):
        put(where, Traffic())
