"""A lamp of the board, by the kernel's LED class (Documentation/leds/leds-class.rst): ``/sys/class/leds``."""

from __future__ import annotations

import logging
from pathlib import Path

LEDS = Path("/sys/class/leds")

_log = logging.getLogger(__name__)


class Led:
    """``name`` as in ``/sys/class/leds``: ``ACT``, or what the device tree calls a lamp on a pin."""

    def __init__(self, name: str, folder: Path = LEDS) -> None:
        """Nothing is touched before ``show``; a lamp that is not there is never seen to be lit."""
        self.name = f"led {name}"
        self._trigger = folder / name / "trigger"
        self._brightness = folder / name / "brightness"
        self._failed = False

    def show(self, *, on: bool) -> bool:
        """Take the lamp from whatever blinks it, switch it, and read back what the kernel says."""
        try:
            if self._trigger.exists() and "[none]" not in self._trigger.read_text("ascii"):
                self._trigger.write_text("none", "ascii")
            if self._is_lit() != on:
                self._brightness.write_text("1" if on else "0", "ascii")
            seen = self._is_lit() == on
        except (OSError, ValueError) as fault:
            self._say(f"{fault}")
            return False
        self._failed = False
        return seen

    def _is_lit(self) -> bool:
        return int(self._brightness.read_text("ascii")) > 0

    def _say(self, fault: str) -> None:
        if not self._failed:
            _log.warning("the lamp can not be switched name=%s fault=%s", self.name, fault)
        self._failed = True
