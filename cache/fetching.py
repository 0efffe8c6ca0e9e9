"""Bring a film block by block: what came stays, what is wrong is refused at once, nothing comes twice."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Event
from typing import Self

from appliance.clock import Clock
from appliance.errors import MatineeError
from cache.blocks import BLOCK_BYTES, BlockList
from cache.durable import card_fault
from cache.partial import Partial
from cache.source import Source

_MOST_BEHIND = 2
"""Blocks that wait for the hash of the whole."""
_PATIENCE_S = 30.0
_SHORTEST_WAIT_S = 0.05
_LONGEST_WAIT_S = 3.0
_LATE = 1 / 8
"""A line that comes back is found after an eighth more than it was away."""
_TORN_BYTES = 128 * 1024
"""At the end of what was kept: more than this is hardly ever without a flush."""

Progress = Callable[[int, int], None]
"""Called with bytes done and bytes in all."""


class Patience:
    """How long to wait for a line that is gone: what was proven by then need not be proven again."""

    def __init__(self, clock: Clock, stopping: Event, most_s: float = _PATIENCE_S) -> None:
        """``stopping`` ends every wait, for good."""
        self._clock = clock
        self._stopping = stopping
        self._most_s = most_s
        self._since: float | None = None

    def renew(self) -> None:
        """Something came."""
        self._since = None

    def wait(self) -> bool:
        """Wait a little, the longer the longer the line has been away; False if it has been long enough."""
        now = self._clock.monotonic()
        self._since = now if self._since is None else self._since
        away_s = now - self._since
        if self._stopping.is_set() or away_s >= self._most_s:
            return False
        self._clock.wait(self._stopping, min(_LONGEST_WAIT_S, max(_SHORTEST_WAIT_S, away_s * _LATE)))
        return not self._stopping.is_set()


@dataclass(slots=True)
class Tally:
    """What a fetch cost."""

    fetched_bytes: int = 0
    """Bytes that sources gave, good or not."""
    kept_bytes: int = 0
    """Bytes that were on the card already and proved good."""


class Fetch:
    """One attempt at one film. Give it sources in the order in which they are to be asked."""

    def __init__(
        self, partial: Partial, sources: Sequence[Source], progress: Progress | None = None,
        tally: Tally | None = None, patience: Patience | None = None,
    ) -> None:  # fmt: skip
        """``partial`` is open; ``tally`` is told what it cost. Without ``patience`` nothing is waited for."""
        self._all_sources = tuple(sources)
        self._patience = patience
        self._partial = partial
        self._blocks = partial.wanted.blocks
        self._sources = list(sources)
        self._progress = progress
        self._came_to = 0
        """Where what came last ends: none of that can be torn, for it never left this process's sight."""
        self._whole = _Whole()
        self._done = 0
        self.tally = tally or Tally()

    def run(self) -> None:
        """Return when every byte is on the card, proven and flushed.

        Raises what the last source raised once none is left, or ``media.no_room``; then what came stays.
        ``media.list_wrong`` if the blocks are right and the whole is not: then nothing stays.
        """
        with self._whole:
            block = 0
            while block < self._blocks.count:
                if self._keep(block):
                    block += 1
                    continue
                block = self._bring(block, self._missing_from(block))
            found = self._whole.hexdigest()
        if found != self._partial.wanted.sha256:
            self._partial.forget()
            raise MatineeError("media.list_wrong", name=self._partial.wanted.name)
        self._partial.flush()

    def _keep(self, block: int) -> bool:
        """Take ``block`` from the card if it is good there."""
        offset, length = self._blocks.span(block)
        if offset + length > self._partial.size_bytes:
            return False
        content = self._partial.read(offset, length)
        if not self._blocks.matches(block, content):
            return False
        self._take(content)
        self.tally.kept_bytes += length
        return True

    def _missing_from(self, block: int) -> int:
        """The first block after ``block`` that is good on the card, or the end."""
        for later in range(block + 1, self._blocks.count):
            offset, length = self._blocks.span(later)
            if offset + length > self._partial.size_bytes:
                break
            if self._blocks.matches(later, self._partial.read(offset, length)):
                return later
        return self._blocks.count

    def _bring(self, first: int, end: int) -> int:
        """Fetch blocks from ``first`` up to ``end``; return the first one that did not come."""
        source, tail = self._sources[0], self._tail(first)
        if tail and self._came_to != self._partial.size_bytes:
            end = first + 1  # prove what an earlier process kept of this block before more is asked for
        incoming = _Incoming(self._partial, self._blocks, first, tail, self._take)
        stop = sum(self._blocks.span(end - 1))
        try:
            self._receive(source, incoming, stop)
            mended = not incoming.rejected or (tail > 0 and self._mend(source, incoming, tail))
        except MatineeError as fault:
            self._leave(fault, brought=incoming.block > first)
        except OSError as fault:
            raise card_fault(self._partial.wanted.name, fault) from fault
        else:
            if not mended:
                wrong = MatineeError("source.wrong", where=source.where, fault="a hash differs")
                self._leave(wrong, brought=False)
            elif incoming.offset < stop:
                short = MatineeError("source.away", where=source.where, fault="it broke off")
                self._leave(short, brought=incoming.block > first)
        return incoming.block

    def _receive(self, source: Source, incoming: _Incoming, stop: int) -> None:
        for piece in source.read(incoming.offset, stop - incoming.offset):
            self.tally.fetched_bytes += len(piece)
            incoming.take(piece)
            if incoming.rejected:
                return
            self._came_to = incoming.offset

    def _mend(self, source: Source, incoming: _Incoming, tail: int) -> bool:
        """The block does not fit what was kept of it: bring that again, first its end, which a cut tears."""
        start, _ = self._blocks.span(incoming.block)
        torn = max(0, tail - _TORN_BYTES)
        for low, high in ((torn, tail), (0, torn)):
            at = low
            for piece in source.read(start + low, high - low) if high > low else ():
                self.tally.fetched_bytes += len(piece)
                incoming.mend(at, piece)
                at += len(piece)
            if at == high and incoming.close():
                return True
        return False

    def _tail(self, block: int) -> int:
        """How many bytes of ``block`` lie on the card at the very end of the file."""
        offset, length = self._blocks.span(block)
        reach = self._partial.size_bytes - offset
        return reach if 0 < reach < length else 0

    def _leave(self, fault: MatineeError, *, brought: bool) -> None:
        """Go on to the next source; a line that breaks is asked again as long as it brings blocks."""
        away = fault.key == "source.away"
        if brought and self._patience is not None:
            self._patience.renew()
        if brought and away:
            return
        self._sources.pop(0)
        if self._sources:
            return
        if not away or self._patience is None or not self._patience.wait():
            raise fault
        self._sources = list(self._all_sources)

    def _take(self, content: bytes | bytearray) -> None:
        """The next block is good."""
        self._whole.update(content)
        self._done += len(content)
        if self._progress is not None:
            self._progress(self._done, self._blocks.size_bytes)


class _Whole:
    """The hash of the whole, on a thread beside that of the blocks; a few blocks behind at most."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self._thread = ThreadPoolExecutor(1, "whole")
        self._behind: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def update(self, content: bytes | bytearray) -> None:
        """``content`` must not change any more."""
        while len(self._behind) >= _MOST_BEHIND:
            self._behind.popleft().result()
        self._behind.append(self._thread.submit(self._sha256.update, content))

    def hexdigest(self) -> str:
        while self._behind:
            self._behind.popleft().result()
        return self._sha256.hexdigest()


class _Incoming:
    """Bytes of consecutive blocks as they come: written at once, proven as soon as a block is full."""

    def __init__(
        self, partial: Partial, blocks: BlockList, block: int, tail_bytes: int,
        take_block: Callable[[bytearray], None],
    ) -> None:  # fmt: skip
        self._partial = partial
        self._blocks = blocks
        self._take_block = take_block
        self.block = block
        self.rejected = False
        """The block at hand is full and wrong."""
        start, _ = blocks.span(block)
        self._content = bytearray(partial.read(start, tail_bytes))

    @property
    def offset(self) -> int:
        """Where the next byte belongs."""
        return self.block * BLOCK_BYTES + len(self._content)

    def take(self, piece: bytes) -> None:
        """Put ``piece``; stop at a block that is wrong."""
        rest = memoryview(piece)
        while rest and not self.rejected and self.block < self._blocks.count:
            _, length = self._blocks.span(self.block)
            now = rest[: length - len(self._content)]
            self._partial.write(self.offset, now)
            self._content += now
            rest = rest[len(now) :]
            if len(self._content) == length:
                self.close()

    def mend(self, at: int, piece: bytes) -> None:
        """Put ``piece`` over what the rejected block holds from ``at`` on."""
        self._partial.write(self.block * BLOCK_BYTES + at, piece)
        self._content[at : at + len(piece)] = piece

    def close(self) -> bool:
        """Prove the full block at hand; False, and ``rejected``, if it is wrong."""
        self.rejected = not self._blocks.matches(self.block, self._content)
        if not self.rejected:
            self._take_block(self._content)
            self.block += 1
            self._content = bytearray()
        return not self.rejected
