"""The looker: small pictures in, two to five a second; what each is worth comes out."""

from __future__ import annotations

import logging

import numpy as np

from appliance.capture.looking.faces import FaceFinder, NoFaces
from appliance.capture.looking.faces_cv import BlazeFace, find_model
from appliance.capture.looking.sight import Picture, Sight, exposure, grey, motion, sharpness
from appliance.errors import MatineeError

_NOTHING = np.zeros((0, 0), np.float32)

_log = logging.getLogger(__name__)


class Looker:
    """Watches one camera; remembers only the last picture's lightness."""

    def __init__(self, faces: FaceFinder) -> None:
        """``faces``: see ``open_faces``."""
        self._faces = faces
        self._before = _NOTHING

    def see(self, picture: Picture, at_s: float) -> Sight:
        """Judge a picture (rows, columns, RGB; 640 wide is plenty) that was taken at ``at_s``."""
        light = grey(picture)
        moved = motion(self._before, light)
        self._before = light
        return Sight(at_s, moved, self._faces.find(picture), sharpness(light), exposure(light))

    def end(self) -> None:
        """Forget the last picture: what comes next is another scene."""
        self._before = _NOTHING


def open_faces() -> FaceFinder:
    """Return BlazeFace where its model is installed, else what finds none; its ``name`` says which."""
    model = find_model()
    if model is None:
        _log.warning("looking without faces: no model is installed")
        return NoFaces()
    try:
        return BlazeFace(model)
    except MatineeError as fault:
        _log.warning("looking without faces: %s", fault)
        return NoFaces()
