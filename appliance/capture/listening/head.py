"""The small trained part: from numbers that describe a patch to how likely each sound is in it.

Made by ``image-build/listening/train.py``; the files beside this module are its outcome (see their README).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from appliance.capture.listening.hearing import Probabilities, Thresholds
from appliance.capture.listening.sounds import Sound
from appliance.errors import MatineeError

_Array = npt.NDArray[np.float32]
FARTHEST = 8.0
"""What is stranger than anything learnt counts no more than this (standard deviations)."""
HEADS = Path(__file__).parent / "heads"


@dataclass(frozen=True, slots=True)
class Head:
    """Two layers: ``sigmoid(relu(((x - mean) * scale) @ first) @ second)``, each with its offset."""

    mean: _Array
    scale: _Array
    first: _Array
    first_bias: _Array
    second: _Array
    second_bias: _Array
    thresholds: tuple[Thresholds, ...]

    def judge(self, features: _Array) -> Probabilities:
        """Return how likely each ``Sound`` is; ``features`` is one row, or many."""
        usual = np.clip((features - self.mean) * self.scale, -FARTHEST, FARTHEST)
        hidden = np.maximum(usual @ self.first + self.first_bias, 0)
        odds = hidden @ self.second + self.second_bias
        return np.asarray(1 / (1 + np.exp(-np.clip(odds, -30, 30))), np.float32)


def load_head(path: Path) -> Head:
    """Read a head; ``listening.bad_head`` if it is none for these sounds."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            parts = {name: np.asarray(kept[name], np.float32) for name in kept.files}
        told = parts.pop("thresholds").reshape(len(Sound), -1)
        parts["second_bias"].reshape(len(Sound))
        return Head(**parts, thresholds=tuple(Thresholds(float(on), float(off)) for on, off in told))
    except (OSError, ValueError, KeyError, TypeError) as fault:
        raise MatineeError("listening.bad_head", path=path, fault=fault) from fault


def save_head(head: Head, path: Path) -> None:
    """Write a head, in half precision: the same head gives the same bytes."""
    told = np.array([(one.on, one.off) for one in head.thresholds], np.float32)
    parts = {
        name: getattr(head, name)
        for name in ("mean", "scale", "first", "first_bias", "second", "second_bias")
    }
    np.savez(path, thresholds=told, **{name: value.astype(np.float16) for name, value in parts.items()})
