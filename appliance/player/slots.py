"""Two places for films: what is loaded where, and whether it may be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import msgspec

from appliance.clock import Clock
from appliance.model.picture import Film, Stream
from appliance.player.display import Display, Slot
from appliance.player.engine import Engine, EngineEvent, LiveEngine, Passed, Prepared, Progress
from appliance.player.fader import Fader, amplitude

STALL_S = 3.0
"""A rolling film without a new picture for this long is stalled. A dark scene still has new pictures."""
_LANDED_S = 0.15
"""What was drawn before that may be the black of libVLC's window; a picture is drawn again each 80 ms."""
_ONCE_S = 3.0
"""After that it counts all the same: of a damaged film the picture may be drawn only once."""


@dataclass(slots=True)
class Loaded:
    """A film in a slot."""

    film: Film | Stream
    """As it was asked for."""
    engine: Engine | LiveEngine
    drawn_before: int
    begun_at: float
    prepared_at: float | None = None
    pictures: int = 0
    picture_at: float = 0.0
    then: Film | None = None
    """The film of the same reel that this one goes on into."""


class Slots:
    """Keeps both engines. Never shows anything by itself."""

    def __init__(
        self,
        display: Display,
        engines: Mapping[Slot, Engine],
        clock: Clock,
        dress: Callable[[Film], Film] = lambda film: film,
        live: Mapping[Slot, LiveEngine] | None = None,
    ) -> None:
        """One engine per slot, drawing in ``display.window(slot)``; ``dress`` readies a film's subtitles.

        ``live`` are those for streams, in the same windows.
        """
        self._live = live or {}
        self._dress = dress
        self._display = display
        self._engines = engines
        self._clock = clock
        self._loaded: dict[Slot, Loaded] = {}
        self._pictures_before = 0
        self._fader = Fader()
        self._loudest: float | None = None
        self._drawn = dict.fromkeys(Slot, (0, clock.monotonic()))

    def find(self, token: str) -> Slot | None:
        """Where this showing is loaded."""
        return next((slot for slot, loaded in self._loaded.items() if loaded.film.token == token), None)

    @property
    def settled(self) -> bool:
        """Whether nothing is getting ready."""
        return all(loaded.prepared_at is not None for loaded in self._loaded.values())

    @property
    def films_settled(self) -> bool:
        """Whether no film is getting ready; streams that are away are tried all evening."""
        films = [loaded for loaded in self._loaded.values() if isinstance(loaded.film, Film)]
        return all(loaded.prepared_at is not None for loaded in films)

    def undrawn_s(self, slot: Slot) -> float:
        """Seconds since the engine of ``slot`` said that its picture stands; 0 before."""
        at = self._loaded[slot].prepared_at
        return 0.0 if at is None else self._clock.monotonic() - at

    def opening_s(self, slot: Slot) -> float:
        """Seconds that the engine of ``slot`` took until it said that its picture stands; 0 before."""
        loaded = self._loaded[slot]
        return 0.0 if loaded.prepared_at is None else loaded.prepared_at - loaded.begun_at

    def free(self, kept: set[Slot | None]) -> Slot | None:
        """Return a slot that is not among ``kept``; an empty one if there is."""
        candidates = [slot for slot in Slot if slot not in kept]
        return min(candidates, key=lambda slot: slot in self._loaded, default=None)

    def fade(self, volume: float, takes_s: float, loudest: float | None) -> None:
        """Come to the room's ``volume`` within ``takes_s``."""
        self._loudest = loudest
        self._fader.go(volume, takes_s, self._clock.monotonic())
        self._level()

    def tick(self) -> None:
        """Follow the display and the fader."""
        now = self._clock.monotonic()
        for slot in Slot:
            drawn = self._display.drawn(slot)
            if drawn != self._drawn[slot][0]:
                self._drawn[slot] = (drawn, now)
        self._level()

    def _level(self) -> None:
        level = self._fader.level(self._clock.monotonic())
        for loaded in self._loaded.values():
            loaded.engine.set_amplitude(amplitude(level, loaded.film.gain_db, self._loudest))

    def load(self, slot: Slot, film: Film | Stream, start_ms: int | None = None) -> None:
        """Begin to prepare ``film`` in ``slot``, from ``start_ms`` if that is given."""
        self.unload(slot)
        drawn, now = self._display.drawn(slot), self._clock.monotonic()
        if isinstance(film, Stream):
            live = self._live[slot]
            self._loaded[slot] = Loaded(film, live, drawn, now)
            self._level()
            live.prepare(film)
            return
        engine = self._engines[slot]
        self._loaded[slot] = Loaded(film, engine, drawn, now)
        self._level()
        if start_ms is not None:
            film = msgspec.structs.replace(film, start_ms=start_ms)
        engine.prepare(self._dress(film))

    def move(self, slot: Slot, other: Slot) -> None:
        """Prepare the film of ``slot`` again in ``other``, from where it is; ``slot`` is free then."""
        loaded = self._loaded[slot]
        start_ms = loaded.engine.progress().position_ms if isinstance(loaded.film, Film) else None
        self.unload(slot)
        self.load(other, loaded.film, start_ms)

    def adjust(self, slot: Slot, film: Film, *, seen: bool) -> None:
        """Follow what was told of the film in ``slot``: gain, rate; pause if it is ``seen``.

        Other subtitles or another sound track want another preparation, so of the film that is seen they wait
        for its next showing.
        """
        loaded = self._loaded[slot]
        before, engine = loaded.film, self._engines[slot]
        if not isinstance(before, Film):
            return
        if not seen and _voice(film) != _voice(before):
            self.load(slot, film)
            return
        loaded.film = film
        self._level()
        if film.rate != before.rate:
            engine.set_rate(film.rate)
        if seen and film.paused != before.paused:
            if film.paused:
                engine.pause()
            else:
                self.start(slot)

    def follow_with(self, slot: Slot, film: Film | None) -> None:
        """At the end of the film in ``slot`` go on into ``film`` of the same reel; None: stop there."""
        loaded = self._loaded.get(slot)
        if loaded is not None and loaded.then != film:
            loaded.then = film
            self._engines[slot].follow_with(film)

    def seek(self, slot: Slot, position_ms: int) -> None:
        """Go to ``position_ms``; the stall watch begins again."""
        loaded = self._loaded[slot]
        loaded.picture_at = self._clock.monotonic()
        if isinstance(loaded.film, Film):
            self._engines[slot].seek(max(0, position_ms))

    def ready(self, slot: Slot) -> bool:
        """Whether the engine says that its picture stands, and X saw that drawn."""
        loaded = self._loaded[slot]
        at, drawn = loaded.prepared_at, self._display.drawn(slot)
        if at is None or drawn == loaded.drawn_before:
            return False
        seen, seen_at = self._drawn[slot]
        return drawn > seen or seen_at > at - _LANDED_S or self.undrawn_s(slot) > _ONCE_S

    def start(self, slot: Slot) -> None:
        """Roll; the stall watch begins here. Once it rolls, nothing changes."""
        loaded = self._loaded[slot]
        if not loaded.engine.progress().rolling:
            loaded.picture_at = self._clock.monotonic()
            loaded.engine.start()

    def rewind(self, slot: Slot) -> None:
        """Stand at the beginning again: it was started too early."""
        film = self._loaded[slot].film
        if isinstance(film, Film):
            self._engines[slot].pause()
            self._engines[slot].seek(film.start_ms)

    def stalled(self, slot: Slot) -> Film | Stream | None:
        """Return the picture in ``slot`` if it rolls and no new picture came for `STALL_S`."""
        loaded = self._loaded.get(slot)
        if loaded is None:
            return None
        progress = loaded.engine.progress()
        now = self._clock.monotonic()
        if progress.pictures_shown != loaded.pictures or not progress.rolling:
            loaded.pictures, loaded.picture_at = progress.pictures_shown, now
        return loaded.film if now - loaded.picture_at > STALL_S else None

    def left_s(self, slot: Slot) -> float | None:
        """Seconds until the film in ``slot`` is over; None while it stands or that is unknown."""
        loaded = self._loaded.get(slot)
        return loaded.engine.progress().left_s if loaded is not None else None

    def still_drawing(self, slot: Slot, left_s: float) -> bool:
        """Whether something was drawn in ``slot`` when its last picture should have stood already."""
        half_s = self._loaded[slot].engine.progress().picture_s / 2
        return self._clock.monotonic() - self._drawn[slot][1] < half_s - left_s

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

    def take_events(self) -> Iterator[tuple[Slot, EngineEvent]]:
        """What happened in either slot to the film that is loaded there."""
        for slot, engine in self._all():
            for event in engine.take_events():
                loaded = self._loaded.get(slot)
                if loaded is not None and loaded.film.token == event.token:
                    if isinstance(event, Prepared):
                        loaded.prepared_at = self._clock.monotonic()
                    if isinstance(event, Passed) and loaded.then is not None:
                        loaded.film, loaded.then = loaded.then, None
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
        """Close all engines."""
        for _slot, engine in self._all():
            engine.close()

    def _all(self) -> Iterator[tuple[Slot, Engine | LiveEngine]]:
        yield from self._engines.items()
        yield from self._live.items()


def _voice(film: Film) -> tuple[object, ...]:
    return (film.subtitles, film.subtitle_scale, film.audio_track, film.audio_delay_ms)
