"""Two places for films: what is loaded where, and whether it may be seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from appliance.clock import Clock
from appliance.model.picture import Film
from appliance.player.display import Display, Slot
from appliance.player.engine import Ended, Engine, Failed, Prepared, Progress

STALL_S = 4.0
"""A rolling film without a new picture for this long is stalled. A dark scene still has new pictures."""

PICTURE_S = 0.045
"""One picture at 24 a second, and a little: libVLC is not punctual to the millisecond."""


@dataclass(slots=True)
class Loaded:
    """A film in a slot."""

    film: Film
    """As it was asked for."""
    engine: Engine
    asked_at: float
    drawn_before: int
    volume: float
    prepared: bool = False
    pictures: int = 0
    picture_at: float = 0.0


def amplitude(volume: float, gain_db: float) -> float:
    """Linear amplitude of a film: the room's volume, and the film's own gain."""
    return float(max(0.0, volume) * 10 ** (gain_db / 20))


class Slots:
    """Keeps both engines. Never shows anything by itself."""

    def __init__(self, display: Display, engines: Mapping[Slot, Engine], clock: Clock) -> None:
        """One engine per slot, drawing in ``display.window(slot)``."""
        self._display = display
        self._engines = engines
        self._clock = clock
        self._loaded: dict[Slot, Loaded] = {}
        self._pictures_before = 0
        self._drawn = dict.fromkeys(Slot, (0, clock.monotonic()))

    def find(self, token: str) -> Slot | None:
        """Where this showing is loaded."""
        return next((slot for slot, loaded in self._loaded.items() if loaded.film.token == token), None)

    def waiting_s(self, slot: Slot) -> float:
        """Seconds since the film in ``slot`` was asked for."""
        return self._clock.monotonic() - self._loaded[slot].asked_at

    def free(self, kept: set[Slot | None]) -> Slot | None:
        """Return a slot that is not among ``kept``; an empty one if there is."""
        candidates = [slot for slot in Slot if slot not in kept]
        return min(candidates, key=lambda slot: slot in self._loaded, default=None)

    def load(self, slot: Slot, film: Film, volume: float, start_ms: int | None = None) -> None:
        """Begin to prepare ``film`` in ``slot``, from ``start_ms`` if that is given."""
        self.unload(slot)
        engine = self._engines[slot]
        drawn = self._display.drawn(slot)
        self._loaded[slot] = Loaded(film, engine, self._clock.monotonic(), drawn, volume)
        engine.set_amplitude(amplitude(volume, film.gain_db))
        engine.prepare(film if start_ms is None else msgspec.structs.replace(film, start_ms=start_ms))

    def move(self, slot: Slot, other: Slot) -> None:
        """Prepare the film of ``slot`` again in ``other``, from where it is; ``slot`` is free then."""
        loaded = self._loaded[slot]
        start_ms = loaded.engine.progress().position_ms
        self.unload(slot)
        self.load(other, loaded.film, loaded.volume, start_ms)

    def adjust(self, slot: Slot, film: Film, volume: float, *, seen: bool) -> None:
        """Follow what was told of the film in ``slot``: loudness, rate; pause if it is ``seen``."""
        loaded = self._loaded[slot]
        before, loaded.film = loaded.film, film
        if (volume, film.gain_db) != (loaded.volume, before.gain_db):
            loaded.volume = volume
            loaded.engine.set_amplitude(amplitude(volume, film.gain_db))
        if film.rate != before.rate:
            loaded.engine.set_rate(film.rate)
        if seen and film.paused != before.paused:
            if film.paused:
                loaded.engine.pause()
            else:
                self.start(slot)

    def seek(self, slot: Slot, position_ms: int) -> None:
        """Go to ``position_ms``; the stall watch begins again."""
        loaded = self._loaded[slot]
        loaded.picture_at = self._clock.monotonic()
        loaded.engine.seek(max(0, position_ms))

    def ready(self, slot: Slot) -> bool:
        """Whether the engine says that its picture stands, and X saw something drawn."""
        loaded = self._loaded[slot]
        return loaded.prepared and self._display.drawn(slot) > loaded.drawn_before

    def start(self, slot: Slot) -> None:
        """Roll; the stall watch begins here."""
        loaded = self._loaded[slot]
        loaded.picture_at = self._clock.monotonic()
        loaded.engine.start()

    def stalled(self, slot: Slot) -> Film | None:
        """Return the film in ``slot`` if it rolls and no new picture came for `STALL_S`."""
        loaded = self._loaded.get(slot)
        if loaded is None:
            return None
        progress = loaded.engine.progress()
        now = self._clock.monotonic()
        if progress.pictures_shown != loaded.pictures or not progress.rolling:
            loaded.pictures, loaded.picture_at = progress.pictures_shown, now
        return loaded.film if now - loaded.picture_at > STALL_S else None

    def last_picture_stood(self, slot: Slot) -> bool:
        """Whether what was drawn last in ``slot`` has been there for a picture's time. Ask at each tick."""
        now = self._clock.monotonic()
        drawn = self._display.drawn(slot)
        if drawn != self._drawn[slot][0]:
            self._drawn[slot] = (drawn, now)
        return now - self._drawn[slot][1] >= PICTURE_S

    def unload(self, slot: Slot) -> None:
        """Let go; the window keeps its last picture."""
        loaded = self._loaded.pop(slot, None)
        if loaded is not None:
            self._pictures_before += loaded.engine.progress().pictures_shown
            loaded.engine.unload()

    def keep_only(self, kept: set[Slot | None]) -> None:
        """Unload all but ``kept``."""
        for slot in set(self._loaded) - kept:
            self.unload(slot)

    def take_events(self) -> Iterator[tuple[Slot, Prepared | Ended | Failed]]:
        """What happened in either slot to the film that is loaded there."""
        for slot, engine in self._engines.items():
            for event in engine.take_events():
                loaded = self._loaded.get(slot)
                if loaded is not None and loaded.film.token == event.token:
                    loaded.prepared |= isinstance(event, Prepared)
                    yield slot, event

    def progress(self, token: str) -> Progress:
        """Where this showing is; nowhere if it is not loaded."""
        slot = self.find(token)
        return Progress() if slot is None else self._loaded[slot].engine.progress()

    def pictures_shown(self) -> int:
        """Distinct pictures of all films so far."""
        return self._pictures_before + sum(
            loaded.engine.progress().pictures_shown for loaded in self._loaded.values()
        )

    def close(self) -> None:
        """Close both engines."""
        for engine in self._engines.values():
            engine.close()
