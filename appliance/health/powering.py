"""Which supply is asked, and the orderly stop when its battery is nearly empty."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event

from appliance.clock import Clock
from appliance.health.power import Ending, Power, Supply, together
from appliance.health.power_nut import NutPower
from appliance.health.power_sysfs import SysfsPower

LOOK_S = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Several that may know."""

    parts: tuple[Power, ...]

    def read(self) -> Supply:
        """The first that knows of a battery, and of the board."""
        return together(part.read() for part in self.parts)


def open_power(nut: str, root: Path = Path("/")) -> Power:
    """The kernel's word, and before it that of the UPS server at ``nut`` if there is one."""
    kernel = SysfsPower(root)
    return AllOf((NutPower(nut), kernel)) if nut else kernel


def is_there_any(nut: str, root: Path = Path("/")) -> bool:
    """Whether a battery may end the evening: the kernel knows one, or a UPS server is named, if away."""
    return bool(nut) or SysfsPower(root).has_battery()


def watch(power: Power, clock: Clock, stopping: Event, stop: Callable[[], None]) -> None:
    """Look each 5 s until ``stopping``; call ``stop`` once the battery is nearly empty, and end."""
    ending, was = Ending(), Supply()
    while not stopping.is_set():
        supply = power.read()
        if supply.on_battery != was.on_battery:
            _log.warning("power changed words=%s", supply.words)
        ending, was = ending.after(supply), supply
        if ending.is_here:
            _log.warning("the battery is nearly empty, the box stops words=%s", supply.words)
            stop()
            return
        clock.wait(stopping, LOOK_S)
