"""Films on paper: what would be written is written down, quickly, to be counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path

from appliance.capture.cut import Film
from appliance.capture.packet import Packet, Stream


class PaperCutter:
    """Writes the times of what it was given, a line each, instead of a film."""

    def __init__(self) -> None:
        self.cut: list[tuple[int, ...]] = []

    def mux(self, packets: Sequence[Packet], path: Path) -> None:
        self.cut.append(tuple(packet.pts_us for packet in packets))
        path.write_text(_lines(packets))

    def level(self, path: Path) -> None:
        """There is no sound on paper."""

    def look(self, path: Path) -> Film:  # noqa: ARG002
        times = self.cut[-1]
        return Film((max(times) - times[0]) // 1000, 640, 360, starts_with_key=True)

    def picture(self, film: Path, at_ms: int, path: Path) -> None:
        path.write_bytes(f"{film.name} at {at_ms}".encode())


class PaperSegment:
    def __init__(self, path: Path) -> None:
        self._path = path
        path.touch()

    def write(self, packets: Sequence[Packet]) -> None:
        with self._path.open("a") as file:
            file.write(_lines(packets))

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


class PaperSegmentMaker:
    def begin(self, path: Path, first: Sequence[Packet]) -> PaperSegment:  # noqa: ARG002
        return PaperSegment(path)


class AtOnce(Executor):
    """A pool without threads: it does what it is given before it returns."""

    def submit(self, work, /, *arguments, **named) -> Future[object]:  # type: ignore[no-untyped-def, override] # noqa: ANN001, ANN002, ANN003
        done: Future[object] = Future()
        done.set_result(work(*arguments, **named))
        return done


def times_in(path: Path) -> list[int]:
    """The times of the pictures in a paper film, on the clock they were taken by."""
    return [int(line) for line in path.read_text().split()]


def read_paper(path: Path, start_us: int) -> Iterator[Packet]:
    """Read a paper segment as a real one is read: its first picture is at ``start_us``."""
    times = times_in(path)
    for time_us in times:
        at_us = time_us - times[0] + start_us
        yield Packet(str(time_us).encode("ascii"), at_us, key=True, stream=Stream.VIDEO, dts_us=at_us)


def _lines(packets: Sequence[Packet]) -> str:
    """Of each picture its time, and of each sound that says its own: what may be on a card is seen there."""
    kept = (packet for packet in packets if packet.stream is Stream.VIDEO or packet.data.isdigit())
    return "".join(f"{int(packet.data) if packet.data.isdigit() else packet.pts_us}\n" for packet in kept)
