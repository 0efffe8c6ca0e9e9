"""A hall far away and a hall at full volume, made equally loud before anything is judged.

The gain follows the loudest of the last seconds, not the moment: laughter stays louder than what was before.
"""

from __future__ import annotations

import numpy as np

from appliance.capture.listening.log_mel import HOP_S, Mel

_USUAL = 1.2
"""Root mean square of the bands that the gain aims at: speech at -23 dBFS."""
_FADES_S = 12.0
_MOST = 1000.0
_SILENCE = 0.0004
"""Below it (a microphone that is off, about -85 dBFS) nothing is heard, however loud it is made."""


class Level:
    """Follows the loudness of one stream of patches."""

    def __init__(self) -> None:
        self._loud = 0.0

    def gain(self, patch: Mel) -> float:
        """Take the next patch of magnitudes and return what to multiply it with; 0 where there is silence."""
        now = float(np.sqrt(np.mean(np.square(patch)))) if patch.size else 0.0
        self._loud = max(now, self._loud * np.exp(-HOP_S / _FADES_S))
        if not np.isfinite(now) or now < _SILENCE:
            return 0.0
        return min(_USUAL / self._loud, _MOST)
