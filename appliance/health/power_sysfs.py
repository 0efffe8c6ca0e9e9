"""The supply as Linux tells it: batteries and plugs (power_supply class), the firmware's alarm (hwmon)."""

from __future__ import annotations

from pathlib import Path

from appliance.health.power import Supply

_SUPPLIES = "sys/class/power_supply"
_MONITORS = "sys/class/hwmon"
_BATTERIES = frozenset({"Battery", "UPS"})
_PLUGS = frozenset({"Mains", "USB", "Wireless"})


class SysfsPower:
    """Linux, Documentation/ABI/testing/sysfs-class-power and hwmon/raspberrypi-hwmon.rst."""

    def __init__(self, root: Path = Path("/")) -> None:
        """``root``: where ``sys`` lies."""
        self._root = root

    def read(self) -> Supply:
        """As of now."""
        battery = self._battery()
        if battery is None:
            return Supply(weak=self._weak())
        seconds = _number(battery / "time_to_empty_now")
        return Supply(
            weak=self._weak(),
            on_battery=self._on_battery(battery),
            percent=_number(battery / "capacity"),
            minutes=None if seconds is None else seconds // 60,
            low=_said(battery / "capacity_level") == "Critical",
        )

    def has_battery(self) -> bool:
        """Whether the kernel knows one that feeds this box."""
        return self._battery() is not None

    def _battery(self) -> Path | None:
        return next((path for path, kind in self._all() if kind in _BATTERIES and _feeds_us(path)), None)

    def _on_battery(self, battery: Path) -> bool | None:
        """The battery says whether it empties; one that does not say: whether all plugs are out."""
        status = _said(battery / "status")
        if status and status != "Unknown":
            return status == "Discharging"
        plugs = [_said(path / "online") for path, kind in self._all() if kind in _PLUGS]
        return None if not plugs else all(plug == "0" for plug in plugs)

    def _all(self) -> list[tuple[Path, str]]:
        folder = self._root / _SUPPLIES
        return [(path.parent, _said(path)) for path in sorted(folder.glob("*/type"))]

    def _weak(self) -> bool | None:
        for name in sorted((self._root / _MONITORS).glob("hwmon*/name")):
            if _said(name) == "rpi_volt":
                return _said(name.with_name("in0_lcrit_alarm")) == "1"
        return None


def _feeds_us(battery: Path) -> bool:
    """A mouse's battery is there, too: its scope is its own device."""
    return _said(battery / "scope") != "Device"


def _number(path: Path) -> int | None:
    said = _said(path)
    return int(said) if said.isdigit() else None


def _said(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip()
    except OSError:
        return ""
