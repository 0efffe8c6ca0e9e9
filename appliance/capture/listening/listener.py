"""The listener: sound in, in blocks of any length; what the house did comes out."""

from __future__ import annotations

import numpy as np

from appliance.capture.listening.all_lasting import AllLasting
from appliance.capture.listening.hearing import Detector, Probabilities
from appliance.capture.listening.level import Level
from appliance.capture.listening.log_mel import (
    HOP_S,
    HOP_SAMPLES,
    PATCH_SAMPLES,
    RATE_HZ,
    Mel,
    Samples,
    logged,
    mel,
)
from appliance.capture.listening.sounds import Reaction, Sound

_DRIFT_S = 0.25
"""A block this much off from where the last one ended is a gap: nothing is heard across it."""


class Patches:
    """Cuts a stream of samples into levelled patches, the same however it was cut into blocks."""

    def __init__(self) -> None:
        self._samples: Samples = np.zeros(0, np.float32)
        self._level = Level()
        self._at_s: float | None = None

    def take(self, samples: Samples, from_s: float) -> tuple[bool, list[tuple[float, Mel | None]]]:
        """Return whether there was a gap before this block, and the patches it completes: begin and bands.

        A patch is None where there is nothing to hear.
        """
        ends_s = None if self._at_s is None else self._at_s + len(self._samples) / RATE_HZ
        gap = ends_s is not None and abs(ends_s - from_s) > _DRIFT_S
        if gap or self._at_s is None:
            self._samples = np.zeros(0, np.float32)
            self._at_s = from_s
        sound = np.clip(np.nan_to_num(samples.astype(np.float32, copy=False)), -1.0, 1.0)
        self._samples = np.concatenate((self._samples, sound))
        patches: list[tuple[float, Mel | None]] = []
        while len(self._samples) >= PATCH_SAMPLES:
            bands = mel(self._samples[:PATCH_SAMPLES])
            gain = self._level.gain(bands)
            patches.append((self._at_s, logged(bands, gain) if gain else None))
            self._samples = self._samples[HOP_SAMPLES:]
            self._at_s += HOP_S
        return gap, patches


class Listener:
    """Hears one microphone. The same sound gives the same reactions, however it is cut into blocks."""

    def __init__(self, detector: Detector) -> None:
        """``detector`` judges; see ``choice.open_detector``."""
        self.name = detector.name
        self._detector = detector
        self._patches = Patches()
        self._lasting = AllLasting(detector.thresholds)
        self._now: Probabilities = np.zeros(len(Sound), np.float32)

    def hear(self, samples: Samples, from_s: float) -> tuple[Reaction, ...]:
        """Take mono sound of 16 kHz that begins at ``from_s``; return what ended, or lasts for 20 s."""
        gap, patches = self._patches.take(samples, from_s)
        ended = self._lasting.end() if gap else ()
        for at_s, patch in patches:
            self._now = self._nothing if patch is None else self._detector.judge(patch)
            ended += self._lasting.take(at_s, self._now)
        return ended

    def now(self) -> dict[Sound, float]:
        """How likely each sound was in the last second."""
        return {sound: float(value) for sound, value in zip(Sound, self._now, strict=True)}

    @property
    def so_far(self) -> tuple[Reaction, ...]:
        """What goes on, as far as it has come; it is told again when it ends."""
        return self._lasting.so_far

    def end(self) -> tuple[Reaction, ...]:
        """Return what goes on, as ended, and forget the last second."""
        ended = self._lasting.end()
        self._patches = Patches()
        self._now = self._nothing
        return ended

    @property
    def _nothing(self) -> Probabilities:
        return np.zeros(len(Sound), np.float32)
