"""The front end, against the same computed another way: sums for each frequency and each band."""

from __future__ import annotations

import math

import numpy as np
import pytest

from appliance.capture.listening.log_mel import BANDS, FRAME, FRAMES, PATCH_SAMPLES, STEP, logged, mel


def _mel_of(hertz: float) -> float:
    return 1127.0 * math.log(1.0 + hertz / 700.0)


def _band(samples: list[float], band: int) -> float:
    """One band of the first window, with no matrix and no fast transform."""
    low, high = _mel_of(125.0), _mel_of(7500.0)
    step = (high - low) / (BANDS + 1)
    lower, centre, upper = (low + step * (band + part) for part in (0, 1, 2))
    total = 0.0
    for bin_ in range(1, 257):
        place = _mel_of(bin_ * 16000 / 512)
        weight = min((place - lower) / (centre - lower), (upper - place) / (upper - centre))
        if weight <= 0:
            continue
        real = imaginary = 0.0
        for index in range(FRAME):
            window = 0.5 - 0.5 * math.cos(2 * math.pi * index / FRAME)
            angle = 2 * math.pi * bin_ * index / 512
            real += samples[index] * window * math.cos(angle)
            imaginary += samples[index] * window * math.sin(angle)
        total += weight * math.hypot(real, imaginary)
    return total


@pytest.mark.parametrize("band", [0, 1, 17, 40, 63])
def test_bands_are_those_of_an_independent_computation(band: int) -> None:
    rng = np.random.default_rng(band)
    samples = rng.uniform(-1, 1, FRAME).astype(np.float32)
    assert mel(samples)[0, band] == pytest.approx(_band(samples.tolist(), band), rel=2e-4)


def test_a_patch_is_96_frames_and_less_than_a_window_is_none() -> None:
    assert mel(np.zeros(PATCH_SAMPLES, np.float32)).shape == (FRAMES, BANDS)
    assert mel(np.zeros(FRAME - 1, np.float32)).shape == (0, BANDS)


def test_frames_are_ten_milliseconds_apart() -> None:
    samples = np.random.default_rng(3).uniform(-1, 1, PATCH_SAMPLES).astype(np.float32)
    assert np.allclose(mel(samples[5 * STEP :])[0], mel(samples)[5], rtol=1e-4)


def test_silence_is_the_offset_that_yamnet_learnt_with() -> None:
    assert logged(mel(np.zeros(FRAME, np.float32)))[0, 0] == pytest.approx(math.log(0.001))


def test_a_gain_on_the_bands_is_a_gain_on_the_sound() -> None:
    samples = np.random.default_rng(4).uniform(-0.1, 0.1, FRAME).astype(np.float32)
    assert np.allclose(logged(mel(samples), 7.0), logged(mel(samples * 7)), atol=1e-4)


def test_hum_below_the_bands_is_hardly_heard() -> None:
    seconds = np.arange(FRAME * 10) / 16000
    hum, tone = (np.sin(2 * np.pi * hertz * seconds).astype(np.float32) for hertz in (50, 440))
    assert mel(hum).sum() < 0.02 * mel(tone).sum()
