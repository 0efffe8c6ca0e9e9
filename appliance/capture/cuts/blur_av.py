"""Faces of a film covered and its picture encoded again, in place (PyAV, libx264); the sound stays."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer, OutputContainer

from appliance.capture.cut_av import told
from appliance.capture.cuts.veil import REACH_S, Look, cover, patches, placed, tiles
from appliance.capture.looking.faces import FaceFinder, NoFaces, suppressed
from appliance.capture.looking.sight import Box, Picture
from appliance.errors import MatineeError

_LOOK_EACH_S = 0.2
_SIZE = 960
"""Pixels across in which faces are looked for."""
_OPTIONS = {"preset": "veryfast", "crf": "21", "threads": "1", "bf": "0"}
_KEY_EACH_S = 1
"""The other cuts look at key frames."""
_MICROSECOND = Fraction(1, 1_000_000)


class FaceBlur:
    """On one thread: the finder's."""

    def __init__(self, open_finder: Callable[[], FaceFinder]) -> None:
        """Nothing is opened before it is needed."""
        self._open = open_finder
        self._finder: FaceFinder | None = None

    def __call__(self, film: Path) -> None:
        """Cover every face in ``film``, in place.

        Raises ``capture.cut_failed``, and ``capture.no_face_finder`` rather than leave faces as they were.
        """
        finder = self._finder = self._finder or self._open()
        if isinstance(finder, NoFaces):
            raise MatineeError("capture.no_face_finder")
        into = film.with_name(f"{film.name}.veiled")
        try:
            with told(), av.open(str(film), format="mp4") as source:
                looks = _looks(source, finder)
            with told(), av.open(str(film), format="mp4") as source:
                options = {"movflags": "faststart"}
                with av.open(str(into), "w", format="mp4", options=options) as target:
                    _encode(source, target, looks)
            film.write_bytes(into.read_bytes())
        finally:
            into.unlink(missing_ok=True)


def faces_in(picture: Picture, finder: FaceFinder) -> tuple[Box, ...]:
    """Every face, also the small ones of the back rows."""
    found = [placed(face, part) for tile, part in tiles(picture) for face in finder.find(tile)]
    return suppressed(found)


def _looks(source: InputContainer, finder: FaceFinder) -> list[Look]:
    looks: list[Look] = []
    for frame in source.decode(source.streams.video[0]):
        at_s = float(frame.time or 0.0)
        if looks and at_s - looks[-1].at_s < _LOOK_EACH_S:
            continue
        wide = min(_SIZE, frame.width)
        high = max(2, frame.height * wide // frame.width)
        small = frame.reformat(width=wide, height=high, format="rgb24", interpolation="FAST_BILINEAR")
        looks.append(Look(at_s, faces_in(np.asarray(small.to_ndarray(), np.uint8), finder)))
    return looks


def _encode(source: InputContainer, target: OutputContainer, looks: list[Look]) -> None:
    video = source.streams.video[0]
    rate = video.average_rate or Fraction(30)
    coded = target.add_stream("libx264", rate=rate, options=_OPTIONS)
    coded.width, coded.height, coded.pix_fmt = video.width // 2 * 2, video.height // 2 * 2, "yuv420p"
    coded.codec_context.gop_size = max(1, round(rate * _KEY_EACH_S))
    coded.codec_context.time_base = _MICROSECOND
    sound = source.streams.audio[0] if source.streams.audio else None
    copied = target.add_stream_from_template(sound) if sound is not None else None
    near: list[Look] = looks
    for packet in source.demux(*(stream for stream in (video, sound) if stream is not None)):
        if copied is not None and packet.stream is sound:
            if packet.dts is not None:
                packet.stream = copied
                target.mux(packet)
            continue
        for frame in packet.decode():
            if not isinstance(frame, av.VideoFrame):
                continue
            near = [look for look in near if look.at_s >= float(frame.time or 0) - REACH_S - 1]
            for done in coded.encode(_covered(frame, near)):
                target.mux(done)
    target.mux(coded.encode(None))


def _covered(frame: av.VideoFrame, looks: list[Look]) -> av.VideoFrame:
    wide, high = frame.width // 2 * 2, frame.height // 2 * 2
    plain = frame.reformat(width=wide, height=high, format="yuv420p")
    pixels = np.array(plain.to_ndarray(), np.uint8)
    for patch in patches(looks, float(frame.time or 0.0), wide, high):
        cover(pixels, high, patch)
    shown = av.VideoFrame.from_ndarray(pixels, format="yuv420p")
    shown.pts = round((frame.time or 0) * 1_000_000)
    shown.time_base = _MICROSECOND
    return shown
