"""What libVLC knows of a film that it has open, and how it is told to open it."""

from __future__ import annotations

import ctypes
from typing import Any

from appliance.model.picture import Film
from appliance.player.library_vlc import Library
from appliance.player.tracks import Track


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


def options(film: Film) -> list[str]:
    """Options of this one medium."""
    begin = f":start-time={(film.begin_ms + film.start_ms) / 1000:.3f}"
    return [begin, f":sub-file={film.subtitles}" if film.subtitles else ":no-spu"]


def pictures_shown(library: Library, media: Any) -> int:  # noqa: ANN401 python-vlc has no types
    """Distinct pictures so far; may lag a second."""
    stats = library.vlc.MediaStats()
    return int(stats.displayed_pictures) if media.get_stats(ctypes.byref(stats)) else 0


def sound_tracks(library: Library, media: Any) -> list[Track]:  # noqa: ANN401 python-vlc has no types
    """In the film's order; complete once it has a picture."""
    return [track for kind, track in _tracks(library, media) if kind == _AUDIO]


def has_no_picture(library: Library, media: Any) -> bool:  # noqa: ANN401 python-vlc has no types
    """Whether tracks are known and none of them is a picture."""
    kinds = {kind for kind, _track in _tracks(library, media)}
    return bool(kinds) and _VIDEO not in kinds


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
