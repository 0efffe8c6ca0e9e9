"""The detector for a box without YAMNet's weights: 28 plain numbers of a patch, and a small head on them.

Applause is flat noise without pauses, laughter comes in bursts about five times a second, music stays on its
notes. It is right less often than the network (tests/bench/README.md), and the box says that it is in use.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.capture.listening.head import HEADS, load_head
from appliance.capture.listening.hearing import Probabilities
from appliance.capture.listening.log_mel import RATE_HZ, STEP, Mel

_COARSE = 8
_RHYTHMS_HZ = ((1.0, 2.5), (2.5, 4.0), (4.0, 6.5), (6.5, 10.0), (10.0, 20.0))


class DspDetector:
    """Needs nothing but numpy."""

    name = "plain analysis (YAMNet's weights are not installed)"

    def __init__(self, head: Path = HEADS / "dsp.npz") -> None:
        """``listening.bad_head``."""
        self._head = load_head(head)
        self.thresholds = self._head.thresholds

    def judge(self, patch: Mel) -> Probabilities:
        """See ``Detector``."""
        return self._head.judge(described(patch))


def described(patch: Mel) -> npt.NDArray[np.float32]:
    """Return the plain numbers of a logged patch of 96 x 64."""
    coarse = patch.reshape(len(patch), _COARSE, -1).mean(axis=2)
    envelope = patch.mean(axis=1)
    swing = envelope - envelope.mean()
    power = np.square(np.abs(np.fft.rfft(swing * np.hanning(len(swing)))))
    hertz = np.fft.rfftfreq(len(swing), STEP / RATE_HZ)
    total = power.sum() + 1e-9
    rhythm = [power[(hertz >= low) & (hertz < high)].sum() / total for low, high in _RHYTHMS_HZ]
    spectrum = patch.mean(axis=0)
    across, along = np.diff(patch, axis=1), np.diff(patch, axis=0)
    shape = [
        envelope.std(),
        np.abs(across).mean(),
        np.abs(along).mean(),
        np.abs(np.diff(spectrum)).mean(),
        np.abs(np.diff(spectrum)).mean() / (np.abs(across).mean() + 1e-6),
        np.percentile(envelope, 90) - np.percentile(envelope, 10),
        spectrum.std(),
    ]
    return np.concatenate((coarse.mean(axis=0), coarse.std(axis=0), rhythm, shape)).astype(np.float32)
