"""From measured loudness to the gain that makes a trailer no louder than the film (EBU R 128)."""

from __future__ import annotations

from cache.probe import Loudness

TARGET_LUFS = -23.0
"""EBU R 128, programme loudness."""
CEILING_DBTP = -1.0
"""EBU R 128, permitted maximum true peak: a quiet film is never lifted into distortion."""
MOST_LIFT_DB = 10.0
MOST_CUT_DB = 24.0
SILENCE_LUFS = -69.0
"""The meter's floor is -70 LUFS: nothing to hear, nothing to correct."""


def gain_db(loudness: Loudness | None) -> float:
    """Return decibels to add, to a tenth; 0 for silence and for what was not measured."""
    if loudness is None or loudness.integrated_lufs <= SILENCE_LUFS:
        return 0.0
    wanted = TARGET_LUFS - loudness.integrated_lufs
    headroom = CEILING_DBTP - loudness.true_peak_dbtp
    lift = min(wanted, max(0.0, headroom), MOST_LIFT_DB)
    return round(max(lift, -MOST_CUT_DB), 1)
