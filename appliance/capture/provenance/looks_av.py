"""What a film looks like, decoded through PyAV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import av
import numpy as np

from appliance.capture.provenance.perceptual import HEIGHT, WIDTH, Grey, dhash, phash, tells
from appliance.errors import MatineeError
from appliance.model.fingerprint import Look, View

_LONGEST_MS = 3_600_000
_EDGE = 4
"""Of 80 x 72: nine tenths are left."""


def looks_of(film: Path, each_ms: int, views: Sequence[View] = (View.WHOLE,)) -> tuple[Look, ...]:
    """A look at ``film`` each ``each_ms`` from its first picture on, those left out that tell nothing.

    Raises ``provenance.no_film`` if there is no picture in it. Only the first hour is looked at.
    """
    return tuple(
        Look(at_ms, dhash(grey), phash(grey), view)
        for at_ms, frame in _pictures(film, each_ms)
        for view in views
        if tells(grey := _small(frame, view))
    )


def _pictures(film: Path, each_ms: int) -> Iterator[tuple[int, av.VideoFrame]]:
    first_s: float | None = None
    next_ms = 0
    try:
        with av.open(str(film), metadata_errors="ignore") as opened:
            video = opened.streams.video[0]
            video.thread_type = "NONE"
            for frame in opened.decode(video):
                at_s = float(frame.time or 0.0)
                first_s = at_s if first_s is None else first_s
                at_ms = round((at_s - first_s) * 1000)
                if at_ms > _LONGEST_MS:
                    return
                if at_ms >= next_ms:
                    yield at_ms, frame
                    next_ms = (at_ms // each_ms + 1) * each_ms
    except (OSError, ValueError, IndexError) as fault:  # av.FFmpegError is one of the first two
        raise MatineeError("provenance.no_film", path=film, fault=fault) from fault
    if first_s is None:
        raise MatineeError("provenance.no_film", path=film, fault="no picture in it can be shown")


def _small(frame: av.VideoFrame, view: View) -> Grey:
    edge = 0 if view is View.WHOLE else _EDGE
    small = frame.reformat(
        width=WIDTH + 2 * edge, height=HEIGHT + 2 * edge, format="gray", interpolation="AREA"
    )
    return np.asarray(small.to_ndarray(), np.uint8)[edge : edge + HEIGHT, edge : edge + WIDTH]
