"""The whole chain on sound that is made here. How right it is: tests/bench/listening.py."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.listening.choice import open_detector
from appliance.capture.listening.detector_dsp import DspDetector
from appliance.capture.listening.hearing import Detector, Probabilities, Thresholds
from appliance.capture.listening.listener import Listener
from appliance.capture.listening.log_mel import HOP_S, RATE_HZ, Mel, Samples
from appliance.capture.listening.sounds import REACTIONS, Reaction, Sound


@dataclass
class Loudness:
    """A detector with a lever: it takes for laughter whatever is as loud as the loudest lately."""

    name: str = "loudness"
    thresholds: tuple[Thresholds, ...] = (Thresholds(0.5, 0.3),) * len(Sound)
    from_band: int = 0
    seen: list[Mel] = field(default_factory=list)

    def judge(self, patch: Mel) -> Probabilities:
        self.seen.append(patch)
        return np.array([float(patch[:, self.from_band :].mean() > -1.5), 0, 0, 0, 0], np.float32)


def _noise(seconds: float, loud: float, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).normal(0, loud, round(seconds * RATE_HZ)).astype(np.float32)


def _tone(seconds: float) -> Samples:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (0.05 * np.sin(2 * np.pi * 220 * at)).astype(np.float32)


def _heard(detector: Detector, samples: Samples, block: int = 1600) -> list[Reaction]:
    listener = Listener(detector)
    found = [
        one
        for at in range(0, len(samples), block)
        for one in listener.hear(samples[at : at + block], at / RATE_HZ)
    ]
    return [*found, *listener.end()]


def test_a_reaction_is_where_it_was_in_the_sound() -> None:
    detector = Loudness(from_band=40)
    samples = np.concatenate((_tone(5), _noise(3, 0.1), _tone(5)))
    (laugh,) = _heard(detector, samples)
    assert laugh.from_s == pytest.approx(5.0, abs=0.6)
    assert laugh.to_s == pytest.approx(8.0, abs=0.6)


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40_000))
def test_blocks_of_any_length_are_the_same_sound(block: int) -> None:
    samples = np.concatenate((_noise(2, 0.001), _noise(2, 0.1), _noise(3, 0.001)))
    blocks = max(block, 37)
    assert _heard(Loudness(), samples, blocks) == _heard(Loudness(), samples)


def test_thirty_decibels_less_is_the_same_to_the_detector() -> None:
    loud, far = Loudness(), Loudness()
    samples = _noise(4, 0.1)
    _heard(loud, samples)
    _heard(far, samples * np.float32(10 ** (-30 / 20)))
    assert np.allclose(loud.seen, far.seen, atol=0.02)


def test_silence_is_never_judged() -> None:
    detector = Loudness()
    assert _heard(detector, np.zeros(5 * RATE_HZ, np.float32)) == []
    assert detector.seen == []


def test_a_gap_ends_what_goes_on() -> None:
    listener = Listener(Loudness())
    listener.hear(_noise(2, 0.1), 0.0)
    (before,) = listener.hear(_noise(2, 0.1), 60.0)
    assert before.to_s < 3
    (after,) = listener.end()
    assert after.from_s == pytest.approx(60.24, abs=0.01)


def test_time_that_runs_backwards_is_a_gap() -> None:
    listener = Listener(Loudness())
    listener.hear(_noise(2, 0.1), 100.0)
    assert len(listener.hear(_noise(2, 0.1), 50.0)) == 1
    assert listener.end()[0].from_s == pytest.approx(50.24, abs=0.01)


def test_what_was_heard_last_is_told_for_every_sound() -> None:
    listener = Listener(Loudness())
    listener.hear(_noise(2, 0.1), 0.0)
    assert listener.now() == {sound: float(sound is Sound.LAUGHTER) for sound in Sound}
    listener.end()
    assert set(listener.now().values()) == {0.0}


def _hum(seconds: float) -> Samples:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return sum(np.sin(2 * np.pi * 50 * n * at) / n for n in range(1, 10)).astype(np.float32) * np.float32(0.2)


def _loud_music(seconds: float) -> Samples:
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    notes = 220 * 2 ** (np.floor(at * 2) % 5 * 2 / 12)
    tone = sum(np.sin(2 * np.pi * np.cumsum(notes * n) / RATE_HZ) / n for n in range(1, 6))
    return np.clip(tone * (1 - at * 2 % 1) * 1.5, -1, 1).astype(np.float32)


_BAD = {
    "silence": np.zeros(10 * RATE_HZ, np.float32),
    "hum": _hum(10),
    "one side": np.full(10 * RATE_HZ, 0.9, np.float32),
    "clipping": np.sign(_hum(10)),
    "room, far": _noise(10, 0.0005),
    "room, near": _noise(10, 0.05),
    "loud music": _loud_music(10),
    "not a number": np.full(10 * RATE_HZ, np.nan, np.float32),
    "beyond full scale": _noise(10, 1e9),
}


@pytest.mark.parametrize("what", ["silence", "hum", "one side", "room, far", "loud music", "not a number"])
def test_bad_sound_is_no_reaction(what: str) -> None:
    assert [one for one in _heard(open_detector(), _BAD[what]) if one.sound in REACTIONS] == []


@pytest.mark.parametrize("what", _BAD)
def test_bad_sound_gives_finite_times_and_probabilities(what: str) -> None:
    for one in _heard(DspDetector(), _BAD[what]):
        assert 0 <= one.from_s < one.to_s <= 10 + HOP_S
        assert 0 <= one.probability <= 1
