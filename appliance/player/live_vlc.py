"""libVLC for live streams: nothing to prepare, nothing to seek; it rolls unheard until it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.clock import Clock
from appliance.model.picture import Stream
from appliance.player.engine import EngineEvent, Failed, Prepared, Progress
from appliance.player.events_vlc import EventsVlc, Word
from appliance.player.library_vlc import Library
from appliance.player.media_vlc import Medium, cubic, stream_medium, window_player
from appliance.player.stream_source import StreamSource

_AWAY = "The stream is not there."
_SETTLING_S = 0.6
"""libVLC draws its first pictures in their own size, and fits them to the window only then."""
_OPENING_S = 8.0
"""A relay that sends and sends, and never a picture: begin anew."""


class LiveVlc:
    """One libVLC media player for streams, drawing in the X window ``window``; made when first needed."""

    def __init__(self, library: Library, window: int, clock: Clock, wake: Callable[[], None]) -> None:
        """``wake`` is called from libVLC's threads when ``take_events`` has something to do."""
        self._library = library
        self._window = window
        self._clock = clock
        self._wake = wake
        self._player: Any = None
        self._heard: EventsVlc | None = None
        self._medium: Medium | None = None
        self._stream: Stream | None = None
        self._asked_at = 0.0
        self._window_at: float | None = None
        self._pictured_at: float | None = None
        self._amplitude = 0.0
        self._rolling = False

    def prepare(self, stream: Stream) -> None:
        """Open ``stream`` unheard."""
        self.unload()
        if self._player is None:
            self._player = window_player(self._library, self._window)
            self._heard = EventsVlc(self._library, self._player, self._clock, self._wake)
        self._stream, self._asked_at = stream, self._clock.monotonic()
        self._medium = stream_medium(self._library, lambda: StreamSource(stream.address))
        self._player.set_media(self._medium.media)
        self._player.audio_set_mute(True)  # noqa: FBT003 libVLC's own signature
        self._player.play()

    def start(self) -> None:
        """Let it be heard."""
        if self._stream is not None and not self._rolling:
            self._rolling = True
            self._player.audio_set_mute(False)  # noqa: FBT003 libVLC's own signature
            self._player.audio_set_volume(cubic(self._amplitude))

    def set_amplitude(self, amplitude: float) -> None:
        """As for a film."""
        if self._rolling and cubic(amplitude) != cubic(self._amplitude):
            self._player.audio_set_volume(cubic(amplitude))
        self._amplitude = amplitude

    def progress(self) -> Progress:
        """How long its picture has been there."""
        if self._medium is None or self._pictured_at is None:
            return Progress()
        passed_s = self._clock.monotonic() - self._pictured_at
        return Progress(round(passed_s * 1000), None, self._medium.pictures_shown, self._rolling)

    def take_events(self) -> list[EngineEvent]:
        """``Prepared`` with its window, ``Failed`` once it is gone."""
        events: list[EngineEvent] = []
        for heard in self._heard.take() if self._heard is not None else ():
            if self._stream is None:
                continue
            if heard.word is Word.WINDOW and self._window_at is None:
                self._window_at = self._clock.monotonic()
            elif heard.word in {Word.END, Word.ERROR}:
                events.append(self._fail(self._stream))
        now = self._clock.monotonic()
        settled = self._window_at is not None and now - self._window_at > _SETTLING_S
        if self._stream is not None and self._pictured_at is None and settled:
            self._pictured_at = now
            events.append(Prepared(self._stream.token))
        late = self._pictured_at is None and now - self._asked_at > _OPENING_S
        if self._stream is not None and (late or (self._medium is not None and self._medium.fault)):
            events.append(self._fail(self._stream))
        return events

    def _fail(self, stream: Stream) -> Failed:
        self.unload()
        return Failed(stream.token, _AWAY)

    def unload(self) -> None:
        """Hang up; what the window shows stays."""
        if self._heard is not None:
            self._heard.begin()
        if self._medium is not None:
            self._medium.abort()
            self._player.stop()
            self._medium.release()
        self._medium = self._stream = self._window_at = self._pictured_at = None
        self._rolling = False

    def close(self) -> None:
        """Release the media player."""
        self.unload()
        if self._player is not None:
            self._player.release()
