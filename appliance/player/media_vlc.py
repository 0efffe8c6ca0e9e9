"""What libVLC knows of a film that it has open, and how it is told to open it."""

from __future__ import annotations

import ctypes
from typing import Any

from appliance.errors import MatineeError
from appliance.model.picture import Film
from appliance.player.library_vlc import Library
from appliance.player.patience import Signs
from appliance.player.reading_vlc import Reading
from appliance.player.source import OpenSource
from appliance.player.tracks import Track, choose


class _TrackC(ctypes.Structure):
    """``libvlc_media_track_t`` of libVLC 3; python-vlc's own has a union wrong and crashes."""

    _fields_ = (
        ("codec", ctypes.c_uint32),
        ("original_fourcc", ctypes.c_uint32),
        ("id", ctypes.c_int),
        ("type", ctypes.c_int),
        ("profile", ctypes.c_int),
        ("level", ctypes.c_int),
        ("of_its_kind", ctypes.c_void_p),
        ("bitrate", ctypes.c_uint),
        ("language", ctypes.c_char_p),
        ("description", ctypes.c_char_p),
    )


_AUDIO, _VIDEO = 0, 1
_LOUDEST = 200
_WHOLE = (":clock-jitter=0", ":no-avcodec-hurry-up")
"""A box that was held up for half a second lets the last picture stand and goes on. Else libVLC throws away
what it had read, or packets, and the decoder shows grey until the next whole picture, perhaps for seconds."""


class Medium:
    """One thing to play, as libVLC has it open. Release it: 60 that were not cost 71 MB."""

    def __init__(self, library: Library, media: Any, reading: Reading | None = None) -> None:  # noqa: ANN401 python-vlc has no types
        """``reading`` is what libVLC reads it through, if it does."""
        self._library = library
        self._reading = reading
        self.media = media
        for option in library.media_options:
            media.add_option(option)

    def add_options(self, *words: str) -> None:
        """Options of this one medium."""
        for word in words:
            self.media.add_option(word)

    @property
    def fault(self) -> MatineeError | None:
        """Why its bytes were refused; None: they were not."""
        return self._reading.fault if self._reading is not None else None

    @property
    def pictures_shown(self) -> int:
        """Distinct pictures so far; may lag a second."""
        return int(self._stats().displayed_pictures)

    @property
    def waits(self) -> bool:
        """Whether libVLC waits right now for what it reads through us."""
        return self._reading is not None and self._reading.waits

    def signs(self) -> Signs | None:
        """What was done with it so far; None: libVLC waits for what it reads, and that is not its fault."""
        if self.waits:
            return None
        stats = self._stats()
        given = self._reading.given_bytes if self._reading is not None else 0
        return given, stats.read_bytes, stats.demux_read_bytes, stats.decoded_video

    def _stats(self) -> Any:  # noqa: ANN401 python-vlc has no types
        stats = self._library.vlc.MediaStats()  # all 0 until libVLC has counted
        self.media.get_stats(ctypes.byref(stats))
        return stats

    def sound_tracks(self) -> list[Track]:
        """In the film's order; complete once it has a picture."""
        return [track for kind, track in _tracks(self._library, self.media) if kind == _AUDIO]

    def has_no_picture(self) -> bool:
        """Whether tracks are known and none of them is a picture."""
        kinds = {kind for kind, _track in _tracks(self._library, self.media)}
        return bool(kinds) and _VIDEO not in kinds

    def abort(self) -> None:
        """Before a stop(): libVLC waits there for a read that waits."""
        if self._reading is not None:
            self._reading.abort()

    def release(self) -> None:
        """Let go."""
        self.media.release()


def film_medium(library: Library, film: Film, opening: OpenSource | None) -> Medium:
    """Open ``film`` through ``opening``; None: libVLC opens the path itself."""
    if opening is None:
        medium = Medium(library, library.instance.media_new_path(film.path))
    else:
        reading = Reading(library, opening)
        medium = Medium(library, reading.media, reading)
    begin = f":start-time={(film.begin_ms + film.start_ms) / 1000:.3f}"
    # At its end a film pauses; torn down, it would lose its last picture one time in three.
    medium.add_options(
        begin, f":sub-file={film.subtitles}" if film.subtitles else ":no-spu", ":play-and-pause", *_WHOLE
    )
    return medium


def stream_medium(library: Library, opening: OpenSource) -> Medium:
    """Read MPEG-TS through ``opening``, and nothing else by any name."""
    reading = Reading(library, opening, sought=False)
    medium = Medium(library, reading.media, reading)
    medium.add_options(":demux=ts", ":no-spu")
    return medium


def window_player(library: Library, window: int) -> Any:  # noqa: ANN401 python-vlc has no types
    """A media player of libVLC that draws in the X window ``window`` and heeds no key and no mouse."""
    player = library.instance.media_player_new()
    player.set_xwindow(window)
    player.video_set_key_input(False)  # noqa: FBT003 libVLC's own signature
    player.video_set_mouse_input(False)  # noqa: FBT003 as above
    return player


def cubic(amplitude: float) -> int:
    """LibVLC's volume for a linear amplitude: 100 times its cube root, at most `_LOUDEST`."""
    return round(min(_LOUDEST, 100 * float(max(0.0, amplitude) ** (1 / 3))))


def take_sound(player: Any, medium: Medium, film: Film) -> None:  # noqa: ANN401 python-vlc has no types
    """Choose the track that ``film`` asks for, and its delay; only once there is a picture."""
    if film.audio_delay_ms:
        player.audio_set_delay(film.audio_delay_ms * 1000)
    if film.audio_track:
        number = choose(medium.sound_tracks(), film.audio_track)
        if number is not None:
            player.audio_set_track(number)


def _tracks(library: Library, media: Any) -> list[tuple[int, Track]]:  # noqa: ANN401 python-vlc has no types
    vlc = library.vlc
    found = ctypes.POINTER(vlc.MediaTrack)()
    count = vlc.libvlc_media_tracks_get(media, ctypes.byref(found))
    if not count:
        return []
    try:
        tracks = ctypes.cast(found, ctypes.POINTER(ctypes.POINTER(_TrackC) * count)).contents
        return [
            (
                track.contents.type,
                Track(track.contents.id, _text(track.contents.language), _text(track.contents.description)),
            )
            for track in tracks
        ]
    finally:
        release = vlc.dll["libvlc_media_tracks_release"]
        release.argtypes, release.restype = (ctypes.c_void_p, ctypes.c_uint), None
        release(ctypes.cast(found, ctypes.c_void_p), count)


def _text(words: bytes | None) -> str:
    return words.decode("utf-8", "replace") if words else ""
