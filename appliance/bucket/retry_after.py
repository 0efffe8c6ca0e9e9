"""How long a server wants to be left alone (RFC 9110, 10.2.3): pure."""

from __future__ import annotations

from email.utils import parsedate_to_datetime

LONGEST_S = 3600.0
"""Whoever asks for more is asked again after an hour all the same."""


def retry_after_s(value: str, answered_at: str = "") -> float:
    """Seconds, from ``Retry-After`` in seconds or as a date; 0 if it says nothing that can be meant.

    A date counts from the answer's own ``Date``, for this box may not know the time.
    """
    if value.isascii() and value.strip().isdigit():
        return min(float(value), LONGEST_S)
    try:
        left = parsedate_to_datetime(value) - parsedate_to_datetime(answered_at)
    except (TypeError, ValueError):
        return 0.0
    return min(max(0.0, left.total_seconds()), LONGEST_S)
