"""Keeps the projector awake: no screen saver, no standby, and woken again if something put it to sleep."""

from __future__ import annotations

from typing import Any

from Xlib import X
from Xlib.ext import dpms

from appliance.clock import Clock

_EACH_S = 1.0


class Awake:
    """Of one X display, which is all the player's."""

    def __init__(self, x: Any, clock: Clock) -> None:  # noqa: ANN401 python-xlib's display
        """Nothing blanks by itself from now on."""
        self._x = x
        self._clock = clock
        self._looked_at = clock.monotonic()
        self._sleeps = bool(x.has_extension("DPMS") and x.dpms_capable().capable)
        x.set_screen_saver(0, 0, X.DontPreferBlanking, X.DontAllowExposures)
        if self._sleeps:
            x.dpms_disable()

    def keep(self) -> None:
        """Once a second: wake it, whoever sent it to sleep."""
        now = self._clock.monotonic()
        if now - self._looked_at < _EACH_S:
            return
        self._looked_at = now
        self._x.force_screen_saver(X.ScreenSaverReset)
        if self._sleeps and self._x.dpms_info().power_level != dpms.DPMSModeOn:
            self._x.dpms_enable()
            self._x.dpms_force_level(dpms.DPMSModeOn)
            self._x.dpms_disable()
        self._x.flush()
