"""Where segments lie: ``<run>.<begin in ms, ten digits>.mp4``. Their names say all; they have no rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.capture.packet import Packet, Stream
from appliance.errors import MatineeError
from appliance.model.capture import RunId
from cache.durable import sync_folder

ReadFilm = Callable[[Path, int], Iterator[Packet]]
"""The packets of a film, the first picture at that microsecond; ``capture.no_source`` if it has none."""


class SegmentShelf:
    """Keeps within a size: the oldest go first, none of a run whose moments are still to be cut."""

    def __init__(self, folder: Path, most_bytes: int, read: ReadFilm) -> None:
        """``most_bytes`` 0: nothing is kept."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._read = read
        self.wanted: frozenset[RunId] = frozenset()
        """Runs of which nothing goes."""

    def next_path(self, run: RunId, from_ms: int) -> Path:
        """Make room, and return where the next segment goes; ``capture.segments_full`` if there is none."""
        self._make_room()
        return self._folder / f"{run}.{from_ms:010d}.mp4"

    def named(self, path: Path) -> None:
        """Make its name safe from a power cut."""
        sync_folder(path.parent)

    def of(self, run: RunId) -> list[tuple[int, Path]]:
        """Segments of ``run`` with their begin in it, in milliseconds; the first one first."""
        found = sorted(self._folder.glob(f"{run}.*.mp4"))
        return [(int(path.name.split(".")[1]), path) for path in found]

    def reach_ms(self, run: RunId) -> int:
        """Up to where of ``run`` there are pictures on the card; 0: none."""
        for _, path in reversed(self.of(run)):
            ends = [packet.pts_us // 1000 for packet in self._packets(path) if packet.stream is Stream.VIDEO]
            if ends:
                return max(ends)
        return 0

    def packets(self, run: RunId, from_ms: int, until_ms: int) -> tuple[Packet, ...]:
        """What can be decoded of that stretch of ``run``, times counted from its begin; empty: nothing.

        Begins with the last key frame at or before ``from_ms``, else with the first one there is.
        """
        kept: list[Packet] = []
        for begin_ms, path in self.of(run):
            if begin_ms > until_ms:
                break
            for packet in self._packets(path):
                starts = packet.key and packet.stream is Stream.VIDEO
                if starts and packet.pts_us <= from_ms * 1000:
                    kept.clear()
                if packet.pts_us <= until_ms * 1000 and (kept or starts):
                    kept.append(packet)
        return tuple(kept)

    def clear_away_empty(self) -> None:
        """Remove what a crash left with no picture in it."""
        for path in self._folder.glob("*.mp4"):
            if next(self._packets(path), None) is None:
                path.unlink(missing_ok=True)

    def _packets(self, path: Path) -> Iterator[Packet]:
        begin_us = int(path.name.split(".")[1]) * 1000
        try:
            yield from self._read(path, begin_us)
        except MatineeError as fault:
            if fault.key != "capture.no_source":
                raise

    def _make_room(self) -> None:
        files = sorted(self._folder.glob("*.mp4"), key=lambda path: path.stat().st_mtime)
        size = sum(path.stat().st_size for path in files)
        for path in files:
            if size < self._most_bytes:
                return
            if RunId(path.name.split(".")[0]) not in self.wanted:
                size -= path.stat().st_size
                path.unlink(missing_ok=True)
        if size >= self._most_bytes:
            raise MatineeError("capture.segments_full")
