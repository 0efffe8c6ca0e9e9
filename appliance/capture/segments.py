"""Segments: all that was filmed, on the card, a little behind what is proven; a cut costs a second or two."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.capture.packet import Packet, Stream
from appliance.capture.segment_shelf import SegmentShelf
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.capture import Run

_LONGEST_US = 60_000_000
_FLUSH_EACH_S = 0.9
"""The show's word comes each half second: every second one is flushed."""
_ENOUGH = 3
"""Packets of sound tell what it is."""
_MOST_BEHIND = 20
"""So many half seconds may wait for a slow card; then this run is not kept any further."""

_log = logging.getLogger(__name__)


class SegmentFile(Protocol):
    """One film that can be read up to its last ``flush``, whatever happens then."""

    def write(self, packets: Sequence[Packet]) -> None:
        """Add ``packets``, in decoding order."""
        ...

    def flush(self) -> None:
        """Make all that was written safe from a power cut."""
        ...

    def close(self) -> None:
        """Flush and end it."""
        ...


class SegmentMaker(Protocol):
    """The technology behind segments. Faults are ``OSError`` or ``capture.cut_failed``."""

    def begin(self, path: Path, first: Sequence[Packet]) -> SegmentFile:
        """Open a new film at ``path``, with the streams that are in ``first``."""
        ...


@dataclass(frozen=True, slots=True)
class _Opened:
    run: Run
    began_us: int


class Segments:
    """A keeper of runs. ``push`` on the camera's thread, the rest on the owner thread, writing on its own."""

    def __init__(
        self, shelf: SegmentShelf, maker: SegmentMaker, clock: Clock, pool: ThreadPoolExecutor | None = None
    ) -> None:
        """``pool``: where it is written; a thread of its own by default."""
        self._shelf = shelf
        self._maker = maker
        self._clock = clock
        self._pool = pool or ThreadPoolExecutor(1, "segments")
        self._lock = threading.Lock()
        self._waiting: deque[Packet] = deque()
        self._opened: _Opened | None = None
        self._behind = 0
        self._file: SegmentFile | None = None
        self._file_from_us = 0
        self._file_hears = False
        self._heard: list[Packet] = []
        self._flushed_s = 0.0
        self._gone_wrong = False
        self.fault = ""
        """Why this run is not kept on the card: a sentence; empty: it is."""

    def push(self, packet: Packet) -> None:
        """Hold it until it is proven."""
        with self._lock:
            self._waiting.append(packet)

    def began(self, run: Run, began_us: int) -> None:
        """What was pushed since belongs to ``run``."""
        self._opened = _Opened(run, began_us)
        self._gone_wrong = False
        self.fault = ""

    def proven(self, until_us: int) -> None:
        """Write what may be written."""
        if self._opened is None:
            return
        packets = self._take(until_us)
        if not packets or self._gone_wrong:
            return
        if self._behind >= _MOST_BEHIND:
            self._give_up(MatineeError("capture.card_slow").sentence)
            return
        self._behind += 1
        self._pool.submit(self._write, self._opened, packets)

    def ended(self, until_us: int) -> None:
        """Write the rest that may be written, forget what may not, and close the file."""
        self.proven(until_us)
        with self._lock:
            self._waiting.clear()
        self._opened = None
        self._pool.submit(self._close)

    def close(self) -> None:
        """Wait until all is on the card."""
        self._pool.shutdown(wait=True)

    def _take(self, until_us: int) -> list[Packet]:
        taken: list[Packet] = []
        with self._lock:
            while self._waiting and self._waiting[0].pts_us <= until_us:
                taken.append(self._waiting.popleft())
        return taken

    def _write(self, opened: _Opened, packets: list[Packet]) -> None:
        try:
            if not self._gone_wrong:
                self._add(opened, packets)
        except OSError as fault:
            self._give_up(MatineeError("capture.not_kept", fault=fault.strerror or fault).sentence)
        except MatineeError as fault:
            self._give_up(fault.sentence)
        finally:
            self._behind -= 1

    def _add(self, opened: _Opened, packets: list[Packet]) -> None:
        heard = [packet for packet in packets if packet.stream is Stream.AUDIO]
        self._heard = heard[:_ENOUGH] or self._heard
        cut = self._place_to_cut(packets)
        self._append(packets[:cut])
        if cut is not None:
            self._end_file()
            first = packets[cut]
            path = self._shelf.next_path(opened.run.id, max(0, first.pts_us - opened.began_us) // 1000)
            self._file = self._maker.begin(path, [*packets[cut:], *self._heard])
            self._file_from_us = first.pts_us
            self._file_hears = bool(self._heard)
            self._shelf.named(path)
            self._append(packets[cut:])
        if self._clock.monotonic() - self._flushed_s >= _FLUSH_EACH_S and self._file is not None:
            self._flushed_s = self._clock.monotonic()
            self._file.flush()

    def _place_to_cut(self, packets: list[Packet]) -> int | None:
        """Where in ``packets`` the next file begins: at a key frame, once the one before is long enough.

        Also where sound came that the one before began without: what streams a film has stands in its head.
        """
        if self._file is None:
            return 0
        for place, packet in enumerate(packets):
            if not (packet.key and packet.stream is Stream.VIDEO):
                continue
            long_enough = packet.pts_us - self._file_from_us >= _LONGEST_US
            if long_enough or (not self._file_hears and self._heard):
                return place
        return None

    def _append(self, packets: Sequence[Packet]) -> None:
        if self._file is not None and packets:
            self._file.write(packets)

    def _close(self) -> None:
        self._heard = []
        try:
            self._end_file()
        except (OSError, MatineeError) as fault:
            _log.warning("segment not closed: %s", fault)

    def _end_file(self) -> None:
        closing, self._file = self._file, None
        if closing is not None:
            closing.close()

    def _give_up(self, why: str) -> None:
        _log.warning("segments stop: %s", why)
        self.fault = why
        self._gone_wrong = True
        self._pool.submit(self._close)
