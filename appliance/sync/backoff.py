"""How long to leave the bucket alone after it failed: a pure function."""

from __future__ import annotations

FIRST_S = 1.0
LONGEST_S = 300.0


def delay_s(failures: int, jitter: float, at_least_s: float = 0.0) -> float:
    """Seconds to wait after ``failures`` in a row: doubling from 1 s to 5 min, the upper half at random.

    ``jitter`` is uniform in [0, 1): it keeps 10,000 boxes from coming back in the same second.
    """
    if failures <= 0:
        return 0.0
    full: float = min(LONGEST_S, FIRST_S * 2 ** min(failures - 1, 30))
    return max(at_least_s, full * (0.5 + 0.5 * jitter))
