"""A line to a server: every answer has an end, in time and in bytes, and a slow uplink is no fault.

urllib3 (botocore's too) bounds each wait and no request: an answer that drips, or never ends, would hold the
push for ever. Here a request has one patience for its whole answer, which grows with what was sent and with
what comes. Every byte is counted, headers and repetitions included.
"""

from __future__ import annotations

import io
import socket
import sys
import termios
from fcntl import ioctl
from typing import Any, cast

from appliance.bucket.bucket import Traffic
from appliance.clock import RealClock

CONNECT_TIMEOUT_S = 4.0
STALL_S = 20.0
"""Nothing moves for so long: given up. A kernel may well take nothing for longer while it sends."""
ANSWER_S = 40.0
"""How much longer the rest of an answer may take."""
SLOWEST_BYTES_S = 1024.0
"""What comes, or goes, slower than that on the whole does not."""
LONGEST_ANSWER_BYTES = 64 * 1024
"""Of an answer that holds no object and no listing."""
LONGEST_LISTING_BYTES = 16 << 20
_UNSENT_BYTES = 256 * 1024
"""How much the kernel holds that is not on its way yet; else what takes a modem minutes counts as sent."""
_MODEM_BYTES_S = 4096.0
PIECE_BYTES = 64 * 1024
SOCKET_OPTIONS = (
    (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
    (socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT_BYTES),
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
)

_ENDLESS = "the answer does not come to its end"

_clock = RealClock()


class Patience:
    """How long one answer may still take, and how much it may still hold."""

    def __init__(self, traffic: Traffic) -> None:
        """Of one connection; ``began`` before each request."""
        self._traffic = traffic
        self.began(LONGEST_ANSWER_BYTES)

    def began(self, most_bytes: int, *, of_a_part: bool = False) -> None:
        """Begin a request whose answer is at most ``most_bytes`` long; 0: as long as it is."""
        self._most, self._sent, self._got = most_bytes, 0, 0
        self._answered = False
        self._of_a_part = of_a_part
        self._since = _clock.monotonic()

    def sent(self, size: int) -> None:
        """Note that so much left: the answer comes after it; a "go on" (100) that came before is none."""
        self._sent += size
        self._answered = False
        self._traffic.add(size, of_a_part=self._of_a_part)
        self._since = _clock.monotonic()

    def got(self, size: int) -> None:
        """Note that so much came; ``TimeoutError`` if that is more than any answer holds."""
        self._got += size
        self._answered = True
        self._traffic.add(received=size, of_a_part=self._of_a_part)
        if self._most and self._got > self._most:
            raise TimeoutError(_ENDLESS)

    def left_s(self) -> float:
        """How long to wait for the next byte; ``TimeoutError`` if all patience is used up."""
        underway = STALL_S + min(self._sent, 2 * _UNSENT_BYTES) / _MODEM_BYTES_S
        if not self._answered:
            return underway
        until = self._since + underway + ANSWER_S + self._got / SLOWEST_BYTES_S
        left = until - _clock.monotonic()
        if left <= 0:
            raise TimeoutError(_ENDLESS)
        return min(left, STALL_S)


class _Answer(io.RawIOBase):
    """What comes down a socket, with patience."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock, self._patience = sock, patience
        self._raw = cast("io.RawIOBase", sock.makefile("rb", buffering=0))

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def readinto(self, into: Any, /) -> int | None:  # noqa: ANN401 any buffer
        self._sock.settimeout(self._patience.left_s())
        size = self._raw.readinto(into)
        self._patience.got(size or 0)
        return size

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Socket:
    """A socket that sends in pieces, each in time, and whose answers have an end."""

    def __init__(self, sock: socket.socket, patience: Patience) -> None:
        self._sock, self._patience = sock, patience

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 whatever a socket has
        return getattr(self._sock, name)

    def sendall(self, content: Any) -> None:  # noqa: ANN401 any buffer
        view = memoryview(content).cast("B")
        for start in range(0, len(view), PIECE_BYTES):
            piece = view[start : start + PIECE_BYTES]
            until = _clock.monotonic() + STALL_S + (self._queued() + len(piece)) / SLOWEST_BYTES_S
            while piece:
                size = self._send(piece, until)
                self._patience.sent(size)
                piece = piece[size:]

    def _send(self, piece: memoryview, until: float) -> int:
        """Hand it to the kernel; ``TimeoutError`` if nothing leaves, or too little by ``until``.

        The kernel takes more only when a good part of what it holds has left: over a modem that is longer
        than ``STALL_S``, and no fault.
        """
        while True:
            queued = self._queued()
            self._sock.settimeout(STALL_S)
            try:
                return int(self._sock.send(piece))
            except TimeoutError:
                if self._queued() >= queued or _clock.monotonic() > until:
                    raise

    def _queued(self) -> int:
        """Bytes that the other side does not have yet."""
        held = ioctl(self._sock.fileno(), termios.TIOCOUTQ, bytes(4))
        return int.from_bytes(held, sys.byteorder)

    def makefile(self, _mode: str = "rb", buffering: int | None = None) -> io.IOBase:
        answer = _Answer(self._sock, self._patience)
        return answer if buffering == 0 else io.BufferedReader(answer)


def _longest(method: str, url: str) -> int:
    if method == "PROPFIND" or "list-type=" in url:
        return LONGEST_LISTING_BYTES
    return 0 if method == "GET" and "uploadId=" not in url else LONGEST_ANSWER_BYTES


class _Patient:
    """Beside a connection of urllib3: what it connects to is watched."""

    traffic: Traffic
    sock: Any

    def __init__(self, *rest: Any, **more: Any) -> None:  # noqa: ANN401 as it is made
        super().__init__(*rest, **more)
        self._patience = Patience(self.traffic)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc] # of the connection it is mixed into
        if not isinstance(self.sock, _Socket):
            self.sock = _Socket(self.sock, self._patience)

    def request(self, method: str, url: str, *rest: Any, **more: Any) -> Any:  # noqa: ANN401 as it is called
        self._patience.began(_longest(method, url), of_a_part="uploadId=" in url or "?uploads" in url)
        return super().request(method, url, *rest, **more)  # type: ignore[misc] # as above


def patient_pool(pool: type, connection: type, traffic: Traffic) -> Any:  # noqa: ANN401 a class made here
    """Of urllib3's or botocore's ``pool`` and ``connection``, such as add to ``traffic`` and know an end."""
    patient = type("PatientConnection", (_Patient, connection), {"traffic": traffic})
    return type("PatientPool", (pool,), {"ConnectionCls": patient})
