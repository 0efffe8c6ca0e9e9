"""What happened when, told as it happens and kept for the report."""

from __future__ import annotations

from collections.abc import Callable

from appliance.clock import Clock


class Diary:
    """Notes with the seconds since it was opened."""

    def __init__(self, clock: Clock, say: Callable[[str], None]) -> None:
        """``clock`` is the room's."""
        self._clock = clock
        self._say = say
        self._began = clock.monotonic()
        self.notes: list[tuple[float, str]] = []

    def note(self, what: str) -> None:
        """Keep and tell one line."""
        seconds = self._clock.monotonic() - self._began
        self.notes.append((seconds, what))
        self._say(f"{stamp(seconds)}  {what}")


def stamp(seconds: float) -> str:
    """``02:05``: minutes and seconds."""
    return f"{int(seconds) // 60:02}:{int(seconds) % 60:02}"
