"""The room, live, for phones that are in it: the last seconds in memory, and never more than is proven."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from appliance.capture.live.pieces_av import Piece, Pieces
from appliance.capture.packet import Packet
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.model.capture import Run

_KEPT = 8
"""Pieces, of about a second each."""
_MOST_WAITING = 3000
"""Packets that are not proven yet: half a second is usual; a stuck owner makes more, which go."""
PLAYLIST = "list.m3u8"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    number: int
    piece: Piece


class LiveView:
    """A keeper of runs. ``push`` on the camera's thread, ``file`` from any, the rest on the owner thread.

    Nothing is muxed for an event that does not ask for it, and all of it is forgotten as a run ends.
    """

    def __init__(self, wanted: Callable[[EventId], bool], pool: ThreadPoolExecutor | None = None) -> None:
        """``wanted``: whether that evening is shown live; ``pool``: where it is muxed, one thread."""
        self._wanted = wanted
        self._pool = pool or ThreadPoolExecutor(1, "live")
        self._lock = threading.Lock()
        self._waiting: deque[Packet] = deque(maxlen=_MOST_WAITING)
        self._run: Run | None = None
        self._pieces: Pieces | None = None
        self._kept: deque[_Kept] = deque(maxlen=_KEPT)
        self._next = 0

    def push(self, packet: Packet) -> None:
        """Hold it until it is proven."""
        with self._lock:
            self._waiting.append(packet)

    def began(self, run: Run, began_us: int) -> None:
        """Show it, if the evening says so."""
        del began_us
        with self._lock:
            self._forget()
            self._run = run if self._wanted(run.event) else None

    def proven(self, until_us: int) -> None:
        """Show what was allowed."""
        with self._lock:
            taken = []
            while self._waiting and self._waiting[0].pts_us <= until_us:
                taken.append(self._waiting.popleft())
            run = self._run
        if run is not None and taken:
            self._pool.submit(self._add, run, taken)

    def ended(self, until_us: int) -> None:
        """Forget it all: who asks now is told that nothing is on."""
        del until_us
        with self._lock:
            self._waiting.clear()
            self._run = None
            self._forget()

    def close(self) -> None:
        """Mux nothing any more."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def file(self, name: str) -> bytes:
        """The list, the head or a piece; ``capture.not_live`` if there is no such one now."""
        with self._lock:
            run, kept, pieces = self._run, tuple(self._kept), self._pieces
            if run is None or pieces is None or not kept:
                raise MatineeError("capture.not_live")
            if name == PLAYLIST:
                return _playlist(run, kept).encode()
            if name == f"{run.id}.head.mp4":
                return pieces.head
            for one in kept:
                if name == f"{run.id}.{one.number}.m4s":
                    return one.piece.content
        raise MatineeError("capture.not_live")

    def _add(self, run: Run, packets: list[Packet]) -> None:
        try:
            if self._pieces is None:
                self._pieces = Pieces(packets)
            made = self._pieces.write(packets)
        except MatineeError as fault:
            _log.warning("no live view of this run: %s", fault)
            with self._lock:
                self._run = None if self._run is run else self._run
            return
        with self._lock:
            if self._run is not run:  # it ended meanwhile
                self._pieces = None
                return
            for piece in made:
                self._kept.append(_Kept(self._next, piece))
                self._next += 1

    def _forget(self) -> None:
        self._pieces = None
        self._kept.clear()
        self._next = 0


def _playlist(run: Run, kept: tuple[_Kept, ...]) -> str:
    """RFC 8216; players begin two pieces before the end, so that they are about three seconds behind."""
    longest = max(-(-one.piece.duration_ms // 1000) for one in kept)
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{max(1, longest)}",
        f"#EXT-X-MEDIA-SEQUENCE:{kept[0].number}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f"#EXT-X-START:TIME-OFFSET=-{2 * longest}.0",
        f'#EXT-X-MAP:URI="{run.id}.head.mp4"',
    ]
    for one in kept:
        lines += [f"#EXTINF:{one.piece.duration_ms / 1000:.3f},", f"{run.id}.{one.number}.m4s"]
    return "\n".join((*lines, ""))
