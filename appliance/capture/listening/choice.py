"""Which detector this box has."""

from __future__ import annotations

import logging

from appliance.capture.listening.detector_dsp import DspDetector
from appliance.capture.listening.detector_yamnet import YamnetDetector
from appliance.capture.listening.embedding_cv import find_weights
from appliance.capture.listening.hearing import Detector
from appliance.errors import MatineeError

_log = logging.getLogger(__name__)


def open_detector() -> Detector:
    """Return YAMNet where its weights are installed, else the plain one; its ``name`` says which."""
    archive = find_weights()
    if archive is None:
        _log.warning("listening without YAMNet: its weights are not installed")
        return DspDetector()
    try:
        return YamnetDetector(archive)
    except MatineeError as fault:
        _log.warning("listening without YAMNet: %s", fault)
        return DspDetector()
