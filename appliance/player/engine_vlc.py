"""libVLC as the engine.

A picture is prepared like this (measured, README.md): play muted, pause when libVLC has opened its window,
let the first picture come, then seek back while paused. The exact picture then stands, and unpausing goes
on from it. At its end a film pauses by itself (``:play-and-pause``), and its last picture stands.
"""

from collections.abc import Callable
from enum import StrEnum

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.picture import Film
from appliance.player.corking_vlc import cork
from appliance.player.ending_vlc import EndingVlc
from appliance.player.engine import Ended, EngineEvent, Failed, Passed, Prepared, Progress
from appliance.player.events_vlc import EventsVlc, Heard, Word
from appliance.player.film_clock import FilmClock
from appliance.player.left_vlc import hangs, leave
from appliance.player.library_vlc import Library
from appliance.player.media_vlc import Medium, cubic, film_medium, take_sound, window_player
from appliance.player.patience import STILL_S, Patience
from appliance.player.source import OpenSource

_FIRST_PICTURE_S = 0.2
"""From libVLC's window to a picture in it: 80 to 130 ms here."""
_LANDING_S = 0.15
"""From a seek while paused to its picture: 20 to 60 ms here."""
_LAST_SHARE = 0.9
"""A pause takes effect within a picture: this much of one before an item's end, its last picture is up."""
_EARLY_SHARE = 0.8

_NO_PICTURE = "There is no picture in this file; it may be damaged. Convert or replace it."
_DAMAGED = "This film is damaged on the card, and was stopped before that could be seen. Import it again."
_NO_FILE = "This file can not be read. Import it again."


class _Phase(StrEnum):
    EMPTY = "empty"
    OPENING = "opening"
    FIRST_PICTURE = "first picture"
    LANDING = "landing"
    STANDING = "standing"
    ROLLING = "rolling"
    OVER = "over"


class EngineVlc:
    """One libVLC media player drawing in the X window ``window``."""

    def __init__(
        self,
        library: Library,
        window: int,
        clock: Clock,
        wake: Callable[[], None],
        opener: Callable[[Film], OpenSource | None] = lambda _film: None,
    ) -> None:
        """``wake`` is called from libVLC's threads when ``take_events`` has something to do.

        ``opener`` says how a film is read; None: by libVLC itself.
        """
        self._library = library
        self._window = window
        self._wake = wake
        self._opener = opener
        self._clock = clock
        self._medium: Medium | None = None
        self._film: Film | None = None
        self._then: Film | None = None
        self._phase = _Phase.EMPTY
        self._patience = Patience()
        self._time = FilmClock()
        self._begin()
        self._rate = 1.0
        self._amplitude = 1.0

    def _begin(self) -> None:
        """A media player of libVLC, and what listens to it."""
        self._player = window_player(self._library, self._window)
        self._heard = EventsVlc(self._library, self._player, self._clock, self._wake)
        self._ending = EndingVlc(self._player, self._time)

    def prepare(self, film: Film) -> None:
        """See `Engine.prepare`; the recipe stands at the top of this file."""
        self.unload()
        self._film, self._rate = film, film.rate
        self._medium = film_medium(self._library, film, self._opener(film))
        self._player.set_media(self._medium.media)
        self._player.audio_set_mute(True)  # noqa: FBT003 libVLC's own signature
        self._time.stand(film.begin_ms + film.start_ms)
        self._enter(_Phase.OPENING)
        self._player.play()

    def start(self) -> None:
        """Unpause; the first picture is there already."""
        if self._phase is _Phase.STANDING:
            self._player.audio_set_mute(False)  # noqa: FBT003 libVLC's own signature
            self._player.audio_set_volume(cubic(self._amplitude))
            self._player.set_rate(self._rate)
            self._heard.forget(Word.TIME, Word.PAUSED)
            self._player.set_pause(0)
            self._time.roll(self._clock.monotonic(), self._rate)
            self._enter(_Phase.ROLLING)

    def pause(self) -> None:
        """Hold the picture."""
        if self._phase is _Phase.ROLLING:
            self._player.set_pause(1)
            self._time.stand(self._time.position_ms(self._clock.monotonic()))
            self._enter(_Phase.STANDING)

    def seek(self, position_ms: int) -> None:
        """Exact to a picture, within 0.15 s."""
        if self._film is not None and self._phase in {_Phase.STANDING, _Phase.ROLLING}:
            self._heard.forget(Word.TIME)
            self._ending.begin()
            self._player.set_time(self._film.begin_ms + position_ms)
            self._time.stand(self._film.begin_ms + position_ms)
            if self._phase is _Phase.ROLLING:
                self._time.roll(self._clock.monotonic(), self._rate)

    def set_rate(self, rate: float) -> None:
        """Now, or at the start."""
        self._rate = rate
        if self._phase is _Phase.ROLLING:
            self._player.set_rate(rate)
            self._time.roll(self._clock.monotonic(), rate, 0.0)

    def set_amplitude(self, amplitude: float) -> None:
        """Cubic in libVLC: volume = 100 * cube root of amplitude."""
        if self._phase is _Phase.ROLLING and cubic(amplitude) != cubic(self._amplitude):
            self._player.audio_set_volume(cubic(amplitude))
        self._amplitude = amplitude

    def follow_with(self, film: Film | None) -> None:
        """Looked at when the end of this item comes."""
        self._then = film

    def progress(self) -> Progress:
        """Position exact to some milliseconds while libVLC tells the time."""
        film = self._film
        if film is None or self._medium is None:
            return Progress()
        now = self._clock.monotonic()
        end_ms = self._end_ms(film)
        duration_ms = None if end_ms is None else max(0, end_ms - film.begin_ms)
        position_ms = int(self._time.position_ms(now)) - film.begin_ms
        if duration_ms is not None:
            over = self._phase is _Phase.OVER
            position_ms = duration_ms if over else min(position_ms, duration_ms)
        return Progress(
            max(0, position_ms),
            duration_ms,
            self._medium.pictures_shown,
            self._phase is _Phase.ROLLING,
            self._ending.left_s(end_ms, now) if self._fault is None else None,
            self._ending.picture_s,
        )

    def _end_ms(self, film: Film) -> int | None:
        length_ms = int(self._player.get_length())
        if length_ms <= 0:
            return film.end_ms
        return length_ms if film.end_ms is None else min(length_ms, film.end_ms)

    def take_events(self) -> list[EngineEvent]:
        """Follow libVLC's callbacks and the steps of preparing."""
        events: list[EngineEvent] = []
        for heard in self._heard.take():
            if self._film is not None:
                events += self._follow(self._film, heard)
        if self._film is not None and self._medium is not None:
            events += self._step(self._film, self._medium)
        return events

    @property
    def _fault(self) -> MatineeError | None:  # libVLC plays what it has and takes a fault for the end
        return self._medium.fault if self._medium is not None else None

    def _follow(self, film: Film, heard: Heard) -> list[EngineEvent]:
        match heard.word:
            case Word.WINDOW if self._phase is _Phase.OPENING:
                self._player.set_pause(1)
                self._enter(_Phase.FIRST_PICTURE)
            case Word.TIME if self._phase is _Phase.OPENING:
                self._patience.plays()
            case Word.TIME if self._phase is _Phase.ROLLING:
                self._time.hear(heard.time_ms, heard.at)
            case Word.PAUSED if self._phase is _Phase.ROLLING:
                self._ending.paused(heard.at)
            case Word.PLAYING:
                self._ending.rolls()
            case Word.PAUSED if self._phase is _Phase.OPENING:
                return [self._fail(film, _NO_PICTURE)]
            case Word.ERROR if self._phase is not _Phase.OVER:
                return [self._fail(film, _NO_FILE)]
            case Word.END:
                return self._end(film)
            case _:
                pass
        return []

    def _end(self, film: Film) -> list[EngineEvent]:
        # A file without a usable picture ends like a good one, at once.
        if self._phase not in {_Phase.ROLLING, _Phase.STANDING}:
            return [] if self._phase is _Phase.OVER else [self._fail(film, _NO_PICTURE)]
        if self._fault is not None:
            return [self._fail(film, _DAMAGED)]
        progress = self.progress()
        length_ms = progress.duration_ms or 0
        self._enter(_Phase.OVER)
        return [Ended(film.token, early=progress.position_ms < length_ms * _EARLY_SHARE)]

    def _step(self, film: Film, medium: Medium) -> list[EngineEvent]:
        now = self._clock.monotonic()
        match self._phase:
            case _Phase.OPENING:
                self._patience.look(now, medium.signs())
                if self._patience.still_s > STILL_S or medium.has_no_picture():
                    return [self._fail(film, _NO_PICTURE)]
            case _Phase.FIRST_PICTURE | _Phase.LANDING:
                self._patience.look(now)
                return self._stand(film, medium, self._patience.passed_s)
            case _Phase.ROLLING | _Phase.OVER:
                return self._near_end(film, now)
            case _:
                pass
        return []

    def _stand(self, film: Film, medium: Medium, passed_s: float) -> list[EngineEvent]:
        match self._phase:
            case _Phase.FIRST_PICTURE if passed_s > _FIRST_PICTURE_S:
                self._player.set_time(film.begin_ms + film.start_ms)
                take_sound(self._player, medium, film)
                self._enter(_Phase.LANDING)
            case _Phase.LANDING if passed_s > _LANDING_S:
                self._ending.picture_s = 1 / (self._player.get_fps() or 25.0) / (self._rate or 1.0)
                if self._library.sound:
                    cork(self._player, self._clock)
                self._enter(_Phase.STANDING)
                return [Prepared(film.token)]
            case _:
                pass
        return []

    def _near_end(self, film: Film, now: float) -> list[EngineEvent]:
        end_ms = self._end_ms(film)
        moment = None if end_ms is None else self._time.moment(end_ms, now)
        self._ending.show_last(end_ms, now)
        if self._phase is _Phase.OVER:
            return []
        if self._ending.is_over(now):
            return self._end(film)
        if film.end_ms is None or end_ms != film.end_ms or moment is None:
            return []
        if self._then is not None and now >= moment:
            self._film, self._then = self._then, None
            return [Passed(film.token)]
        if self._then is None and now >= moment - _LAST_SHARE * self._ending.picture_s:
            self._stop_at_last(film.end_ms)
            return [Ended(film.token)]
        return []

    def _stop_at_last(self, end_ms: int) -> None:
        """An item ends in mid-reel: its last picture stands, whichever one the pause comes at."""
        self._player.set_pause(1)
        self._player.set_time(round(end_ms - 1000 * self._ending.picture_s * self._rate))
        self._enter(_Phase.OVER)

    def _fail(self, film: Film, reason: str) -> Failed:
        if self._fault is not None and self._fault.key == "media.damaged":
            reason = _DAMAGED
        self.unload()
        return Failed(film.token, reason)

    def _enter(self, phase: _Phase) -> None:
        self._phase = phase
        self._patience.begin(self._clock.monotonic())

    def unload(self) -> None:
        """Stop and release what was open."""
        self._heard.begin()
        if self._medium is not None:
            self._medium.abort()
            if hangs(self._medium, self._clock):
                leave(self._player, self._medium, self._heard)
                self._begin()
            else:
                self._player.stop()
                self._medium.release()
        self._medium = self._film = self._then = None
        self._ending.begin()
        self._time.stand(0)
        self._enter(_Phase.EMPTY)

    def close(self) -> None:
        """Release the media player."""
        self.unload()
        self._player.release()
