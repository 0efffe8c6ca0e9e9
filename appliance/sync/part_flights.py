"""Parts of a clip on their way to the bucket, each on a thread of its own."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from appliance.bucket.parts import Stretch
from appliance.model.stored_part import StoredPart
from cache.fetching import Progress

MOST = 4
"""At once: of one the bytes leave, of the others the answer is awaited; as many as rclone sends."""
NICE = 10
"""Whoever answers guests goes first."""

Send = Callable[[int, Stretch, Progress], StoredPart]


@dataclass(eq=False)
class Flight:
    """One part. ``stored`` or ``fault`` once it has ended."""

    number: int
    part: Stretch
    done: int = 0
    stored: StoredPart | None = None
    fault: Exception | None = None

    @property
    def ended(self) -> bool:
        """Whether the bucket said yes or no, or never will."""
        return self.stored is not None or self.fault is not None


class Flights:
    """The next part begins once the last byte of the one before has left: the line waits for no answer.

    Bytes of two parts never share the line. A cut costs the part that leaves, and with ``most`` above one
    also what of the one before lay in the line; whoever asks the bucket learns what arrived unheard.
    Use it from one thread.
    """

    def __init__(self) -> None:
        """None is on its way."""
        self.most = MOST
        self._flying: list[Flight] = []
        self._changed = threading.Condition()

    @property
    def has_room(self) -> bool:
        """Whether another part may begin."""
        flying = self._flying
        return len(flying) < self.most and all(flight.done >= flight.part.length for flight in flying)

    @property
    def numbers(self) -> frozenset[int]:
        """Of the parts on their way, or ended and not taken yet."""
        return frozenset(flight.number for flight in self._flying)

    @property
    def under_way_bytes(self) -> int:
        """How long the parts on their way are."""
        return sum(flight.part.length for flight in self._flying)

    @property
    def done_bytes(self) -> int:
        """How much of them has left."""
        return sum(flight.done for flight in self._flying)

    def start(self, number: int, part: Stretch, send: Send) -> None:
        """Send part ``number``; ``send`` runs on its own thread."""
        flight = Flight(number, part)
        self._flying.append(flight)
        threading.Thread(target=self._fly, args=(flight, send), name=f"part-{number}", daemon=True).start()

    def wait(self, timeout_s: float, *, for_room: bool = False) -> None:
        """Return when something ended, or with ``for_room`` another part may begin; or after so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._something(for_room=for_room), timeout_s)

    def take(self) -> list[Flight]:
        """Those that ended, once."""
        ended = [flight for flight in self._flying if flight.ended]
        self._flying = [flight for flight in self._flying if flight not in ended]
        return ended

    def _something(self, *, for_room: bool) -> bool:
        return any(flight.ended for flight in self._flying) or (for_room and self.has_room)

    def _fly(self, flight: Flight, send: Send) -> None:
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)

        def told(done: int, size: int) -> None:
            flight.done = done
            if done >= size:
                with self._changed:
                    self._changed.notify_all()

        stored: StoredPart | None = None
        fault: Exception | None = None
        try:
            stored = send(flight.number, flight.part, told)
        except Exception as said:  # noqa: BLE001 whoever takes it raises it
            fault = said
        with self._changed:
            flight.stored, flight.fault = stored, fault
            self._changed.notify_all()
