"""What there is to see in a clip: faces if somebody finds them, else what moves, else what has edges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import av
import numpy as np
import numpy.typing as npt

from appliance.capture.cut_av import told
from appliance.capture.cuts.reframe import Focus

Grey = npt.NDArray[np.uint8]
Rgb = npt.NDArray[np.uint8]


class Face(Protocol):
    """A face, in parts of the picture, 0 to 1."""

    @property
    def x(self) -> float:
        """Its left edge."""
        ...

    @property
    def width(self) -> float:
        """Of its box."""
        ...

    @property
    def height(self) -> float:
        """Of its box."""
        ...


FindFaces = Callable[[Rgb], Sequence[Face]]
"""Faces in one picture (height x width x 3, at most 640 wide)."""

_SMALL = 320
_MOVES = 12
"""A pixel that differs by so many of 255 moved."""
_ENOUGH_MOTION = 0.004
_DARK, _BRIGHT = 40.0, 215.0


@dataclass(frozen=True, slots=True)
class Sight:
    """One key frame."""

    at_s: float
    focus: Focus
    faces: tuple[Face, ...]
    worth: float
    """As a thumbnail: faces first, then sharpness, where the exposure is right."""


def see(film: Path, find_faces: FindFaces | None) -> list[Sight]:
    """Look at every key frame of ``film``; nothing else is decoded. Raises ``capture.cut_failed``."""
    before: Grey | None = None
    seen: list[Sight] = []
    for at_s, picture in _key_frames(film):
        grey = picture.mean(axis=2).astype(np.uint8)
        faces = tuple(find_faces(picture)) if find_faces is not None else ()
        seen.append(Sight(at_s, Focus(at_s, _focus(faces, grey, before)), faces, _worth(faces, grey)))
        before = grey
    return seen


def _key_frames(film: Path) -> Iterator[tuple[float, Rgb]]:
    with told(), av.open(str(film), format="mp4") as opened:
        video = opened.streams.video[0]
        video.codec_context.skip_frame = "NONKEY"
        for frame in opened.decode(video):
            height = max(2, frame.height * _SMALL // frame.width)
            small = frame.reformat(width=_SMALL, height=height, format="rgb24", interpolation="FAST_BILINEAR")
            yield float(frame.time or 0.0), np.asarray(small.to_ndarray(), np.uint8)


def _focus(faces: Sequence[Face], grey: Grey, before: Grey | None) -> float:
    """The middle of it all, 0 to 1: large faces count for more."""
    if faces:
        areas = [face.width * face.height for face in faces]
        middles = [face.x + face.width / 2 for face in faces]
        return float(np.average(middles, weights=areas))
    if before is not None and before.shape == grey.shape:
        moved = np.abs(grey.astype(np.int16) - before) > _MOVES
        if moved.mean() > _ENOUGH_MOTION:
            return _middle(moved.sum(axis=0).astype(np.float64))
    return _middle(_edges(grey).sum(axis=0))


def _middle(weights: npt.NDArray[np.float64]) -> float:
    total = float(weights.sum())
    if total <= 0:
        return 0.5
    return float((np.arange(len(weights)) + 0.5) @ weights / total / len(weights))


def _edges(grey: Grey) -> npt.NDArray[np.float64]:
    tones = grey.astype(np.float64)
    edges = np.zeros_like(tones)
    edges[:, 1:] += np.abs(np.diff(tones, axis=1))
    edges[1:, :] += np.abs(np.diff(tones, axis=0))
    return edges


def _worth(faces: Sequence[Face], grey: Grey) -> float:
    sharpness = min(1.0, float(_edges(grey).mean()) / 40.0)
    exposed = 1.0 if _DARK <= float(grey.mean()) <= _BRIGHT else 0.3
    area = min(1.0, 8 * sum(face.width * face.height for face in faces))
    return exposed * (sharpness + 2 * area)
