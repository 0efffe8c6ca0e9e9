"""The radio as an access point, by hostapd."""

from __future__ import annotations

import shutil
from pathlib import Path

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.network.child import Child
from appliance.network.hostapd_settings import Hotspot, hostapd
from appliance.network.radio import Order, Seen


def stop_left(folder: Path, clock: Clock) -> None:
    """End the access point that a service left which can not do so itself, if one runs."""
    if program := _program():
        _child(program, folder, clock).stop()


class HostapdRadio:
    """One interface. Joining the venue's Wi-Fi is NetworkManager's, and not done by this technology."""

    def __init__(self, hotspot: Hotspot, folder: Path, clock: Clock) -> None:
        """``network.missing`` without hostapd, ``network.no_country`` if it does not know where it stands."""
        program = _program()
        if program is None:
            raise MatineeError("network.missing", program="hostapd")
        if not hotspot.country:
            raise MatineeError("network.no_country")
        self._hotspot = hotspot
        self._child = _child(program, folder, clock)

    def seen(self) -> Seen:
        """By what the kernel says of the interface: a carrier on an access point is hostapd's beacon."""
        home = Path("/sys/class/net") / self._hotspot.interface
        up = self._child.running and _text(home / "operstate") == "up"
        return Seen(radio=(home / "phy80211").exists(), hotspot=up)

    def obey(self, order: Order) -> None:
        """Start or stop it. A radio with two purposes is not served here: JOIN stops the hotspot."""
        self._child.ensure(hostapd(self._hotspot) if order is Order.HOTSPOT else None)

    def stop(self) -> None:
        """No beacon any more."""
        self._child.ensure(None)


def _program() -> str | None:
    return shutil.which("hostapd", path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin")


def _child(program: str, folder: Path, clock: Clock) -> Child:
    settings = folder / "hostapd.conf"
    return Child([program, str(settings)], settings, clock)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except OSError:
        return ""
