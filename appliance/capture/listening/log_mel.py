"""YAMNet's front end: samples become the log-mel patches that its network was trained on.

Source: Hershey et al., "CNN Architectures for Large-Scale Audio Classification" (2017), and the parameters
that the YAMNet release names: 16 kHz, Hann windows of 25 ms each 10 ms, magnitudes of 512 points, 64 bands
from 125 to 7500 Hz on the HTK mel scale, ``log(band + 0.001)``, patches of 96 frames each 48 frames.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono sound, 16 kHz, full scale is 1."""
Mel = npt.NDArray[np.float32]
"""Rows of 64 bands; a patch has 96 rows."""

RATE_HZ = 16_000
FRAME = 400
STEP = 160
FRAMES = 96
HOP_FRAMES = 48
BANDS = 64
PATCH_SAMPLES = (FRAMES - 1) * STEP + FRAME
HOP_SAMPLES = HOP_FRAMES * STEP
HOP_S = HOP_SAMPLES / RATE_HZ
PATCH_S = FRAMES * STEP / RATE_HZ
_POINTS = 512
_LOW_HZ, _HIGH_HZ = 125.0, 7500.0
_OFFSET = 0.001


def mel(samples: Samples) -> Mel:
    """Return 64 band magnitudes for each whole window of 25 ms, each 10 ms; no row if there is none."""
    if len(samples) < FRAME:
        return np.zeros((0, BANDS), np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::STEP]
    spectrum = np.abs(np.fft.rfft(windows * _WINDOW, _POINTS, axis=1)).astype(np.float32)
    return np.asarray(spectrum @ _MATRIX, np.float32)


def logged(magnitudes: Mel, gain: float = 1.0) -> Mel:
    """Return what the network reads, as if the sound had been ``gain`` times as loud."""
    return np.asarray(np.log(magnitudes * np.float32(gain) + np.float32(_OFFSET)), np.float32)


def _scale(hertz: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    return np.asarray(1127.0 * np.log1p(np.asarray(hertz) / 700.0))


def _triangles() -> npt.NDArray[np.float32]:
    """Triangles, straight on the mel scale (not in hertz) as in TensorFlow; bin 0 counts for nothing."""
    bins = _scale(np.linspace(0.0, RATE_HZ / 2, _POINTS // 2 + 1))[:, np.newaxis]
    edges = np.linspace(_scale(_LOW_HZ), _scale(_HIGH_HZ), BANDS + 2)
    lower, centre, upper = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins - lower) / (centre - lower)
    falling = (upper - bins) / (upper - centre)
    matrix = np.maximum(0.0, np.minimum(rising, falling))
    matrix[0] = 0.0
    return matrix.astype(np.float32)


_WINDOW = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)
_MATRIX = _triangles()
