"""A stream on the clock alone; its lever says whether the guest is there."""

from __future__ import annotations

from collections.abc import Callable

from appliance.clock import Clock
from appliance.model.picture import Stream
from appliance.player.engine import EngineEvent, Failed, Prepared, Progress

_OPENING_S = 0.5


class LiveSimulated:
    """Levers: ``there``, and ``frozen``: it is there and brings no new picture."""

    def __init__(self, clock: Clock, on_picture: Callable[[], None] = lambda: None) -> None:
        """``on_picture`` is told when a picture is drawn."""
        self.there = True
        self.frozen = False
        self.amplitude = 1.0
        self.opened = 0
        self._clock = clock
        self._on_picture = on_picture
        self._stream: Stream | None = None
        self._asked_at = 0.0
        self._pictures = 0
        self._rolling = False

    def prepare(self, stream: Stream) -> None:
        """There after half a second, if at all."""
        self.unload()
        self.opened += 1
        self._stream, self._asked_at = stream, self._clock.monotonic()

    def start(self) -> None:
        """Be heard."""
        self._rolling = True

    def set_amplitude(self, amplitude: float) -> None:
        """Remember it."""
        self.amplitude = amplitude

    def progress(self) -> Progress:
        """By the clock."""
        if self._stream is None or not self._pictures:
            return Progress()
        passed_s = self._clock.monotonic() - self._asked_at - _OPENING_S
        return Progress(round(passed_s * 1000), None, self._pictures, self._rolling)

    def take_events(self) -> list[EngineEvent]:
        """What the clock and the lever have brought since."""
        stream = self._stream
        if stream is None:
            return []
        if not self.there:
            self.unload()
            return [Failed(stream.token, "away")]
        if self._clock.monotonic() - self._asked_at < _OPENING_S or (self._pictures and self.frozen):
            return []
        self._pictures += 1
        self._on_picture()
        return [Prepared(stream.token)] if self._pictures == 1 else []

    def unload(self) -> None:
        """Forget it."""
        self._stream, self._pictures, self._rolling = None, 0, False

    def close(self) -> None:
        """As ``unload``."""
        self.unload()
