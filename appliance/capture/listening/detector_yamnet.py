"""The detector that the box is meant to have: YAMNet's embedding and our small head on it."""

from __future__ import annotations

from pathlib import Path

from appliance.capture.listening.embedding_cv import Yamnet
from appliance.capture.listening.head import HEADS, load_head
from appliance.capture.listening.hearing import Probabilities
from appliance.capture.listening.log_mel import Mel


class YamnetDetector:
    """About 5 ms of one core for each half second of sound."""

    name = "YAMNet"

    def __init__(self, archive: Path, head: Path = HEADS / "yamnet.npz") -> None:
        """``archive`` has the weights; ``listening.bad_weights``, ``listening.bad_head``."""
        self._network = Yamnet(archive)
        self._head = load_head(head)
        self.thresholds = self._head.thresholds

    def judge(self, patch: Mel) -> Probabilities:
        """See ``Detector``."""
        return self._head.judge(self._network.embed(patch))
