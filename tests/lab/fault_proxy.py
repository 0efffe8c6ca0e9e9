"""A TCP relay that misbehaves on purpose: what a café's line does to a box, on loopback and seeded.

``with FaultProxy(port, Faults(cut_after_bytes=50_000), seed=7) as line``: connect to ``line.port``.
``line.faults`` may be replaced while it runs; what is on its way follows at once.
"""

from __future__ import annotations

import asyncio
import math
import random
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_CHUNK_BYTES = 65536
_TICK_S = 0.02
_GARBAGE_BYTES = 64
_BUFFER_BYTES = 256 * 1024
"""What a line holds. The kernel would take megabytes off a caller, who then believes that they have left."""
_LEAST_BUFFER_BYTES = 16 * 1024
"""A slow one holds what it carries in a second: else it takes nothing for a minute, and then a minute's."""
_CREDIT_S = 0.25
"""A line that was held up by a busy machine makes up for that much."""


@dataclass(frozen=True)
class Faults:
    """What the line does. Every figure of 0 means: not that."""

    latency_s: float = 0
    """Each chunk waits that long, each way."""
    bytes_per_s: float = 0
    """For the whole line and each way, as of a modem."""
    cut_after_bytes: int = 0
    """A connection is reset once that many bytes came down it, give or take a half (by the seed)."""
    up_s: float = 0
    down_s: float = 0
    """Up and down in turn: while it is down, connections are refused and those that stand are reset."""
    half_open: bool = False
    """Connections are taken and bytes swallowed; nothing ever comes back."""
    garbage: float = 0
    """Share of connections that answer with noise instead."""


@dataclass
class Seen:
    """What went through."""

    connections: int = 0
    resets: int = 0
    down_bytes: int = 0
    up_bytes: int = 0
    refused: int = 0


@dataclass(eq=False)
class _Pair:
    """One connection: the caller's side and the server's."""

    near: asyncio.StreamWriter
    far: asyncio.StreamWriter
    allowance: int
    """Bytes that may come down before the reset; 0: any number."""
    down: int = 0

    def reset(self) -> None:
        _reset(self.near)
        _reset(self.far)


class FaultProxy:
    """Relays a port of loopback to another, with faults, on a thread of its own."""

    def __init__(self, target: int, faults: Faults | None = None, seed: int = 1) -> None:
        """``target``: port of the server on 127.0.0.1."""
        self.target = target
        self.faults = faults or Faults()
        self.seen = Seen()
        self._luck = random.Random(seed)  # noqa: S311 no secret
        self._pairs: set[_Pair] = set()
        self._next_free = {"up": 0.0, "down": 0.0}
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._began = self._loop.time()
        self._down_until = 0.0
        self._thread = threading.Thread(target=self._run, name="fault-proxy")

    @property
    def is_up(self) -> bool:
        """Whether the line is up now; always, unless it flaps."""
        faults = self.faults
        if self._loop.time() < self._down_until:
            return False
        if not faults.down_s:
            return True
        return (self._loop.time() - self._began) % (faults.up_s + faults.down_s) < faults.up_s

    def go_down(self, seconds: float = math.inf) -> None:
        """Cut every connection that stands, and refuse new ones for so long; from any thread."""
        self._down_until = self._loop.time() + seconds
        self.reset_all()

    def come_up(self) -> None:
        """Take connections again; from any thread."""
        self._down_until = 0.0

    def reset_all(self) -> None:
        """Cut every connection that stands; from any thread."""
        self._loop.call_soon_threadsafe(self._cut_all)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut everything and stop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._take, sock=self._listener, limit=_LEAST_BUFFER_BYTES)
        )
        flapping = self._loop.create_task(self._flap())
        try:
            self._loop.run_forever()
        finally:
            server.close()
            flapping.cancel()
            self._cut_all()
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(
                asyncio.gather(*asyncio.all_tasks(self._loop), return_exceptions=True)
            )
            self._loop.close()

    async def _take(self, near_reader: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        faults = self.faults
        if faults.bytes_per_s:
            holds = min(_BUFFER_BYTES, max(_LEAST_BUFFER_BYTES, round(faults.bytes_per_s)))
            near.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, holds)
        roll, spread = self._luck.random(), self._luck.uniform(0.5, 1.5)
        try:
            if not self.is_up:
                raise ConnectionRefusedError
            far_reader, far = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            self.seen.refused += 1
            _reset(near)
            return
        pair = _Pair(near, far, round(faults.cut_after_bytes * spread))
        self._pairs.add(pair)
        self.seen.connections += 1
        try:
            if roll < faults.garbage:
                near.write(self._luck.randbytes(_GARBAGE_BYTES))
                await near.drain()
                raise ConnectionResetError
            ways = self._up(near_reader, pair), self._down(far_reader, pair)
            await asyncio.gather(*ways)
        except OSError:
            self.seen.resets += 1
        except asyncio.CancelledError:
            pass  # we stop; asyncio's streams complain of a task that ends cancelled
        finally:
            self._pairs.discard(pair)
            pair.reset()

    async def _up(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        while chunk := await reader.read(_CHUNK_BYTES):
            await self._delay("up", len(chunk))
            self.seen.up_bytes += len(chunk)
            if not self.faults.half_open:
                pair.far.write(chunk)
                await pair.far.drain()
        with suppress(OSError):
            pair.far.write_eof()

    async def _down(self, reader: asyncio.StreamReader, pair: _Pair) -> None:
        while chunk := await reader.read(_CHUNK_BYTES):
            await self._delay("down", len(chunk))
            cut = bool(pair.allowance) and pair.down + len(chunk) > pair.allowance
            kept = chunk[: pair.allowance - pair.down] if cut else chunk
            pair.down += len(kept)
            self.seen.down_bytes += len(kept)
            pair.near.write(kept)
            await pair.near.drain()
            if cut:
                raise ConnectionResetError
        with suppress(OSError):
            await pair.near.drain()
            pair.near.write_eof()

    async def _delay(self, way: str, size: int) -> None:
        faults = self.faults
        wait_s = faults.latency_s
        if faults.bytes_per_s:
            now = self._loop.time()
            begins = max(now - _CREDIT_S, self._next_free[way])
            self._next_free[way] = begins + size / faults.bytes_per_s
            wait_s += self._next_free[way] - now
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def _flap(self) -> None:
        while True:
            await asyncio.sleep(_TICK_S)
            if not self.is_up:
                self._cut_all()

    def _cut_all(self) -> None:
        standing = list(self._pairs)
        self._pairs.clear()
        self.seen.resets += len(standing)
        for pair in standing:
            pair.reset()


def _reset(side: asyncio.StreamWriter) -> None:
    """End it hard: RST, not FIN."""
    sock = side.get_extra_info("socket")
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    side.transport.abort()
