"""libVLC as the engine: the only importer of python-vlc.

A picture is prepared like this (measured, README.md): play muted, pause when libVLC has opened its window,
let the first picture come, then seek back while paused. The exact picture then stands, and unpausing goes
on from it.
"""

from __future__ import annotations

import ctypes
import os
import queue
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.picture import Film
from appliance.player.engine import Ended, EngineEvent, Failed, Prepared, Progress

PACKAGES = "libvlc5 vlc-plugin-base vlc-plugin-video-output"

_OPENING_S = 1.6
"""A film without a picture after this long has none."""
_FIRST_PICTURE_S = 0.2
"""From libVLC's window to a picture in it: 80 to 130 ms here."""
_LANDING_S = 0.15
"""From a seek while paused to its picture: 20 to 60 ms here."""
_TIME_STEP_S = 0.4
"""libVLC tells the time each 0.25 s; nothing is guessed further ahead than this."""
_EARLY_SHARE = 0.8
_LOUDEST = 200

_NO_PICTURE = "There is no picture in this file; it may be damaged. Convert or replace it."
_NO_FILE = "This file can not be read. Import it again."

_OPTIONS = (
    "--ignore-config",
    "--quiet",
    "--no-lua",
    "--no-osd",
    "--no-spu",
    "--no-video-title-show",
    "--no-snapshot-preview",
    "--no-keyboard-events",
    "--no-mouse-events",
    "--no-metadata-network-access",
    "--no-auto-preparse",
    "--no-disable-screensaver",
    "--stats",
    "--file-caching=300",
)


class Library:
    """libVLC, once per process."""

    def __init__(self, *, virtual_screen: bool = False, sound: bool | None = None) -> None:
        """Load it; ``player.no_libvlc`` names the packages. ``sound`` None: if there is a sound card.

        On a virtual screen libVLC's OpenGL output skips pictures, so the plain X output is taken there.
        """
        try:
            import vlc  # noqa: PLC0415 importing it loads the shared library, which may be missing
        except (OSError, ImportError, NameError) as missing:
            raise MatineeError("player.no_libvlc", packages=PACKAGES) from missing
        options = list(_OPTIONS)
        if virtual_screen:
            # set_xwindow() resets --vout and --avcodec-hw; without OpenGL only the plain X output is left.
            options += ["--gl=none", "--gles2=none"]
        if not (_sound_there() if sound is None else sound):
            options.append("--aout=dummy")
        self.media_options = (":image-duration=-1", *((":avcodec-hw=none",) if virtual_screen else ()))
        self.vlc = vlc
        self.instance = vlc.Instance(options)
        if self.instance is None:
            raise MatineeError("player.no_libvlc", packages=PACKAGES)


def _sound_there() -> bool:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    if os.environ.get("PULSE_SERVER") or (runtime / "pulse/native").exists():
        return True
    return any(Path("/dev/snd").glob("pcm*p"))


class _Phase(StrEnum):
    EMPTY = "empty"
    OPENING = "opening"
    FIRST_PICTURE = "first picture"
    LANDING = "landing"
    STANDING = "standing"
    ROLLING = "rolling"
    OVER = "over"


class EngineVlc:
    """One libVLC media player drawing in the X window ``window``.

    libVLC's callbacks only enqueue and ``wake``: in one of them stop(), set_media() and release() deadlock.
    """

    def __init__(self, library: Library, window: int, clock: Clock, wake: Callable[[], None]) -> None:
        """``wake`` is called from libVLC's threads when ``take_events`` has something to do."""
        self._vlc: Any = library.vlc
        self._instance: Any = library.instance
        self._options = library.media_options
        self._clock = clock
        self._wake = wake
        self._raw: queue.SimpleQueue[tuple[int, str, int]] = queue.SimpleQueue()
        self._player: Any = self._instance.media_player_new()
        self._player.set_xwindow(window)
        self._player.video_set_key_input(False)  # noqa: FBT003 libVLC's own signature
        self._player.video_set_mouse_input(False)  # noqa: FBT003 as above
        self._manager: Any = self._listen()
        self._media: Any = None
        self._film: Film | None = None
        self._showing = 0
        self._phase = _Phase.EMPTY
        self._since = 0.0
        self._anchor = (0, 0.0)
        self._rate = 1.0
        self._amplitude = 1.0

    def _listen(self) -> Any:  # noqa: ANN401 python-vlc has no types
        kinds = self._vlc.EventType
        names = {
            kinds.MediaPlayerVout: "window",
            kinds.MediaPlayerTimeChanged: "time",
            kinds.MediaPlayerEndReached: "end",
            kinds.MediaPlayerEncounteredError: "error",
        }
        # libVLC keeps only the C pointer: a callback that Python collected is a segmentation fault. The
        # manager holds the pointer's owner, so one manager is kept as long as the player.
        manager = self._player.event_manager()
        for kind, name in names.items():
            manager.event_attach(kind, self._enqueuer(name))
        return manager

    def _enqueuer(self, name: str) -> Callable[[Any], None]:
        def enqueue(event: Any) -> None:  # noqa: ANN401 python-vlc has no types
            self._raw.put((self._showing, name, event.u.new_time if name == "time" else 0))
            if name != "time":
                self._wake()

        return enqueue

    def prepare(self, film: Film) -> None:
        """See `Engine.prepare`; the recipe stands at the top of this file."""
        self.unload()
        self._film = film
        self._rate = film.rate
        self._media = self._instance.media_new_path(film.path)
        for option in self._options:
            self._media.add_option(option)
        self._media.add_option(f":start-time={film.start_ms / 1000:.3f}")
        self._player.set_media(self._media)
        self._player.audio_set_mute(True)  # noqa: FBT003 libVLC's own signature
        self._anchor = (film.start_ms, self._clock.monotonic())
        self._enter(_Phase.OPENING)
        self._player.play()

    def start(self) -> None:
        """Unpause; the first picture is there already."""
        if self._phase is _Phase.STANDING:
            self._player.audio_set_mute(False)  # noqa: FBT003 libVLC's own signature
            self._player.audio_set_volume(round(min(_LOUDEST, 100 * self._amplitude ** (1 / 3))))
            self._player.set_rate(self._rate)
            self._player.set_pause(0)
            self._anchor = (self._anchor[0], self._clock.monotonic())
            self._enter(_Phase.ROLLING)

    def pause(self) -> None:
        """Hold the picture."""
        if self._phase is _Phase.ROLLING:
            self._player.set_pause(1)
            self._anchor = (self.progress().position_ms, self._clock.monotonic())
            self._enter(_Phase.STANDING)

    def seek(self, position_ms: int) -> None:
        """Exact to a picture, within 0.15 s."""
        if self._phase in {_Phase.STANDING, _Phase.ROLLING}:
            self._forget_times()
            self._player.set_time(position_ms)
            self._anchor = (position_ms, self._clock.monotonic())

    def set_rate(self, rate: float) -> None:
        """Now, or at the start."""
        self._anchor = (self.progress().position_ms, self._clock.monotonic())
        self._rate = rate
        if self._phase is _Phase.ROLLING:
            self._player.set_rate(rate)

    def set_amplitude(self, amplitude: float) -> None:
        """Cubic in libVLC: volume = 100 * cube root of amplitude."""
        self._amplitude = amplitude
        if self._phase is _Phase.ROLLING:
            self._player.audio_set_volume(round(min(_LOUDEST, 100 * amplitude ** (1 / 3))))

    def progress(self) -> Progress:
        """Position interpolated between what libVLC tells four times a second."""
        if self._media is None:
            return Progress()
        position_ms, at = self._anchor
        rolling = self._phase is _Phase.ROLLING
        if rolling:
            ahead_s = min(self._clock.monotonic() - at, _TIME_STEP_S)
            position_ms += int(ahead_s * 1000 * self._rate)
        length_ms = self._player.get_length()
        duration_ms = length_ms if length_ms > 0 else None
        if self._phase is _Phase.OVER and duration_ms is not None:
            position_ms = duration_ms
        if duration_ms is not None:
            position_ms = min(position_ms, duration_ms)
        return Progress(position_ms, duration_ms, self._pictures(), rolling)

    def take_events(self) -> list[EngineEvent]:
        """Follow libVLC's callbacks and the steps of preparing."""
        events: list[EngineEvent] = []
        while not self._raw.empty():
            showing, name, value = self._raw.get()
            if showing == self._showing and self._film is not None:
                events += self._follow(self._film, name, value)
        if self._film is not None:
            events += self._step(self._film)
        return events

    def _follow(self, film: Film, name: str, value: int) -> list[EngineEvent]:
        if name == "window" and self._phase is _Phase.OPENING:
            self._player.set_pause(1)
            self._enter(_Phase.FIRST_PICTURE)
        elif name == "time" and self._phase is _Phase.ROLLING:
            self._anchor = (value, self._clock.monotonic())
        elif name == "error" and self._phase is not _Phase.OVER:
            return [self._fail(film, _NO_FILE)]
        elif name == "end":
            return self._end(film)
        return []

    def _end(self, film: Film) -> list[EngineEvent]:
        # A file without a usable picture ends like a good one, at once.
        if self._phase not in {_Phase.ROLLING, _Phase.STANDING}:
            return [] if self._phase is _Phase.OVER else [self._fail(film, _NO_PICTURE)]
        progress = self.progress()
        length_ms = progress.duration_ms or 0
        self._enter(_Phase.OVER)
        return [Ended(film.token, early=progress.position_ms < length_ms * _EARLY_SHARE)]

    def _step(self, film: Film) -> list[EngineEvent]:
        passed_s = self._clock.monotonic() - self._since
        if self._phase is _Phase.OPENING and passed_s > _OPENING_S:
            return [self._fail(film, _NO_PICTURE)]
        if self._phase is _Phase.FIRST_PICTURE and passed_s > _FIRST_PICTURE_S:
            self._player.set_time(film.start_ms)
            self._enter(_Phase.LANDING)
        elif self._phase is _Phase.LANDING and passed_s > _LANDING_S:
            self._anchor = (film.start_ms, self._clock.monotonic())
            self._forget_times()
            self._enter(_Phase.STANDING)
            return [Prepared(film.token)]
        return []

    def _fail(self, film: Film, reason: str) -> Failed:
        self.unload()
        return Failed(film.token, reason)

    def _enter(self, phase: _Phase) -> None:
        self._phase, self._since = phase, self._clock.monotonic()

    def _forget_times(self) -> None:
        kept = []
        while not self._raw.empty():
            raw = self._raw.get()
            if raw[1] != "time":
                kept.append(raw)
        for raw in kept:
            self._raw.put(raw)

    def _pictures(self) -> int:
        stats = self._vlc.MediaStats()
        return int(stats.displayed_pictures) if self._media.get_stats(ctypes.byref(stats)) else 0

    def unload(self) -> None:
        """Stop and release the media: 60 that were not released cost 71 MB."""
        self._showing += 1
        if self._media is not None:
            self._player.stop()
            self._media.release()
        self._media = self._film = None
        self._enter(_Phase.EMPTY)

    def close(self) -> None:
        """Release the media player."""
        self.unload()
        self._player.release()
