"""A film on the clock alone, with levers: for tests, and for a box without libVLC."""

from __future__ import annotations

from collections.abc import Callable

from appliance.clock import Clock
from appliance.model.picture import Film
from appliance.player.engine import Ended, EngineEvent, Failed, Passed, Prepared, Progress

_PREPARING_S = 0.3
_PICTURES_PER_S = 25


class EngineSimulated:
    """Shows nothing, on time. Levers: ``durations_ms``, ``announced_ms``, ``broken`` paths, ``stalled``."""

    def __init__(self, clock: Clock, on_picture: Callable[[], None] = lambda: None) -> None:
        """``on_picture`` is told when a picture is drawn."""
        self.durations_ms: dict[str, int] = {}
        self.announced_ms: dict[str, int] = {}
        """Lengths that a file's head gets wrong, by path."""
        self.broken: set[str] = set()
        self.opening_s = _PREPARING_S
        self.stalled = False
        self.amplitude = 1.0
        self._clock = clock
        self._on_picture = on_picture
        self._film: Film | None = None
        self._then: Film | None = None
        self._ready_at: float | None = None
        self._position_ms = 0.0
        self._rate = 1.0
        self._since: float | None = None
        self._shown = 0.0

    @property
    def film(self) -> Film | None:
        """What is loaded."""
        return self._film

    def prepare(self, film: Film) -> None:
        """Be ready after 0.3 s."""
        self.unload()
        self._film, self._rate, self._shown = film, film.rate, 0.0
        self._position_ms = float(film.start_ms)
        self._ready_at = self._clock.monotonic() + self.opening_s

    def start(self) -> None:
        """Let the position follow the clock."""
        self._settle()
        self._since = self._clock.monotonic()

    def pause(self) -> None:
        """Hold the position."""
        self._settle()
        self._since = None

    def seek(self, position_ms: int) -> None:
        """Jump."""
        self._settle()
        self._position_ms = float(position_ms)
        self._shown += 1

    def set_rate(self, rate: float) -> None:
        """From here on."""
        self._settle()
        self._rate = rate

    def set_amplitude(self, amplitude: float) -> None:
        """Remember it."""
        self.amplitude = amplitude

    def follow_with(self, film: Film | None) -> None:
        """Remember it."""
        self._then = film

    def progress(self) -> Progress:
        """By the clock."""
        self._settle()
        rolling = self._since is not None
        path = self._film.path if self._film is not None else ""
        left_ms = self.announced_ms.get(path, self._duration_ms() or 0) - self._position_ms
        return Progress(
            int(self._position_ms),
            self._duration_ms(),
            int(self._shown),
            rolling,
            left_ms / 1000 / self._rate if rolling and not self.stalled else None,
        )

    def take_events(self) -> list[EngineEvent]:
        """What the clock has brought since."""
        film = self._film
        if film is None:
            return []
        self._settle()
        if self._ready_at is not None and self._clock.monotonic() >= self._ready_at:
            self._ready_at = None
            return [self._open(film)]
        duration_ms = self._duration_ms() or 0
        if self._since is None or self._position_ms < duration_ms:
            return []
        if self._then is not None:
            self._film, self._then = self._then, None
            self._position_ms -= duration_ms
            return [Passed(film.token)]
        self._since = None
        return [Ended(film.token)]

    def unload(self) -> None:
        """Forget the film."""
        self._film = self._then = self._ready_at = self._since = None

    def close(self) -> None:
        """As ``unload``."""
        self.unload()

    def _open(self, film: Film) -> EngineEvent:
        if film.path in self.broken:
            self._film = None
            return Failed(film.token, "There is no picture in this file.")
        self._shown = 1
        self._on_picture()
        return Prepared(film.token)

    def _duration_ms(self) -> int | None:
        if self._film is None:
            return None
        whole_ms = self.durations_ms.get(self._film.path, 60_000)
        return min(whole_ms, self._film.end_ms or whole_ms) - self._film.begin_ms

    def _settle(self) -> None:
        now = self._clock.monotonic()
        if self._since is not None and not self.stalled:
            before_ms = self._position_ms
            self._position_ms += (now - self._since) * 1000 * self._rate
            if self._then is None:
                self._position_ms = min(self._position_ms, float(self._duration_ms() or 0))
            before = int(self._shown)
            self._shown += (self._position_ms - before_ms) / 1000 * _PICTURES_PER_S
            if int(self._shown) > before:
                self._on_picture()
        if self._since is not None:
            self._since = now
