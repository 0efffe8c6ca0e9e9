"""The sound tracks of a film that libVLC has open."""

from __future__ import annotations

import ctypes
from typing import Any

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


_AUDIO = 0


def sound_tracks(library: Library, media: Any) -> list[Track]:  # noqa: ANN401 python-vlc has no types
    """In the film's order; complete once it has a picture."""
    vlc = library.vlc
    found = ctypes.POINTER(vlc.MediaTrack)()
    count = vlc.libvlc_media_tracks_get(media, ctypes.byref(found))
    if not count:
        return []
    try:
        tracks = ctypes.cast(found, ctypes.POINTER(ctypes.POINTER(_TrackC) * count)).contents
        return [
            Track(track.contents.id, _text(track.contents.language), _text(track.contents.description))
            for track in tracks
            if track.contents.type == _AUDIO
        ]
    finally:
        release = vlc.dll["libvlc_media_tracks_release"]
        release.argtypes, release.restype = (ctypes.c_void_p, ctypes.c_uint), None
        release(ctypes.cast(found, ctypes.c_void_p), count)


def _text(words: bytes | None) -> str:
    return words.decode("utf-8", "replace") if words else ""
