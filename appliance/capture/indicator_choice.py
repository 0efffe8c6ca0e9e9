"""Which lamp the settings mean."""

from __future__ import annotations

from appliance.capture.indicator import Indicator, ScreenAlone
from appliance.capture.indicator_led import Led


def choose_indicator(led: str) -> Indicator:
    """Return the lamp of ``[capture] led``; the screen alone where none is named."""
    return Led(led) if led else ScreenAlone()
