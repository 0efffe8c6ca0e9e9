"""NetworkManager over D-Bus: it scans, joins, and keeps the known networks; nothing is kept twice.

Names and numbers: networkmanager.dev/docs/api, "D-Bus API Reference" (stable since 1.0).
"""

from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from jeepney import DBusAddress, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from jeepney.wrappers import DBusErrorResponse, unwrap_msg

from appliance.errors import MatineeError
from appliance.model.wifi_view import HeardNetwork, Lock
from appliance.network.fallback import OwnWifi
from appliance.network.venue_wifi import RadioSeen, Step, Wanted, Why

_NM = "org.freedesktop.NetworkManager"
_ROOT = "/org/freedesktop/NetworkManager"
_PATIENCE_S = 5.0
_AP, _OWN = "ap", "matinee-setup"
_NEIGHBOURS, _COMPLETE = Path("/proc/net/arp"), "0x2"
_DISCARD = 9
"""Nobody listens there (RFC 863): it is the way that is asked."""
_ACTIVATED, _FAILED, _PREPARE, _DEACTIVATING = 100, 120, 40, 110
_REASONS = {
    7: Why.PASSWORD,  # no secrets
    8: Why.PASSWORD,  # the supplicant was thrown out, as after a wrong key
    9: Why.PASSWORD,
    10: Why.PASSWORD,
    11: Why.PASSWORD,  # it took too long: a wrong key at some access points
    5: Why.NO_ADDRESS,
    15: Why.NO_ADDRESS,
    16: Why.NO_ADDRESS,
    17: Why.NO_ADDRESS,
    53: Why.GONE,
}
_PRIVACY, _PSK, _ACCOUNT, _SAE, _OWE = 0x1, 0x100, 0x200, 0x400, 0x800


class NetworkManagerRadio:
    """Asks anew each time; a bus that was restarted is found again."""

    def __init__(self, interface: str) -> None:
        """Nothing is asked yet. ``interface`` is the radio."""
        self._interface = interface
        self._bus: DBusConnection | None = None

    def close(self) -> None:
        """Hang up; whoever asks again calls anew."""
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.close()

    def seen(self) -> RadioSeen:
        """The device's state, and the last reason for it."""
        device = self._device()
        if device is None:
            return RadioSeen()
        state, reason = self._get(device, "Device", "StateReason")
        step = Step.IDLE
        if state >= _PREPARE and self.hosts():
            return RadioSeen(there=True)  # an access point of our own joins nothing
        if state == _ACTIVATED:
            step = Step.JOINED
        elif _PREPARE <= state < _ACTIVATED:
            step = Step.MOVING
        elif state == _FAILED:
            step = Step.FAILED
        why = Why.NOTHING if state in {_ACTIVATED, _DEACTIVATING} else _REASONS.get(reason, Why.NOTHING)
        if step is Step.FAILED and why is Why.NOTHING:
            why = Why.OTHER
        return RadioSeen(there=True, step=step, why=why, ssid=self._on(device))

    def heard(self) -> list[HeardNetwork]:
        """Every access point of the last scan."""
        device = self._device()
        if device is None:
            return []
        found = []
        for point in self._get(device, "Device.Wireless", "AccessPoints"):
            with suppress(MatineeError):  # it went meanwhile
                all_of_it = self._all(point, "AccessPoint")
                ssid = bytes(all_of_it["Ssid"]).decode("utf-8", "replace")
                found.append(HeardNetwork(ssid, int(all_of_it["Strength"]), _lock(all_of_it)))
        return found

    def known(self) -> list[str]:
        """Names of the profiles that are Wi-Fi and no access points of our own."""
        return [ssid for ssid, _ in self._profiles()]

    def scan(self) -> None:
        """NetworkManager refuses while it scans already: then that will do."""
        device = self._device()
        if device is not None:
            with suppress(MatineeError):
                self._call(device, "Device.Wireless", "RequestScan", "a{sv}", ({},))

    def keep(self, wanted: Wanted) -> str:
        """Add a profile, or update the one of that name in place."""
        settings = _profile(wanted, self._interface)
        for ssid, path in self._profiles():
            if ssid == wanted.ssid:
                if wanted.password:
                    before = self._settings(path)
                    settings["connection"]["uuid"] = before["connection"]["uuid"]
                    self._call(path, "Settings.Connection", "Update", "a{sa{sv}}", (settings,))
                return path
        (path,) = self._call(f"{_ROOT}/Settings", "Settings", "AddConnection", "a{sa{sv}}", (settings,))
        return str(path)

    def join(self, handle: str) -> None:
        """Activate the profile on this radio."""
        device = self._device()
        if device is None:
            raise MatineeError("wifi.no_radio")
        self._call(_ROOT, "", "ActivateConnection", "ooo", (handle, device, "/"))

    def forget(self, ssid: str) -> None:
        """Delete the profiles of that name."""
        for name, path in self._profiles():
            if name == ssid:
                self._call(path, "Settings.Connection", "Delete")

    def hosts(self) -> bool:
        """Whether the profile on this radio is an access point."""
        device = self._device()
        return device is not None and _mode(self._on_settings(device)) == _AP

    def host(self, own: OwnWifi) -> None:
        """Activate our own access point; its profile is kept apart from the known networks."""
        device = self._device()
        if device is None:
            raise MatineeError("wifi.no_radio")
        settings = _hotspot(own, self._interface)
        handle = next((path for path in self._paths() if _is_ours(self._settings(path))), None)
        if handle is None:
            (handle,) = self._call(f"{_ROOT}/Settings", "Settings", "AddConnection", "a{sa{sv}}", (settings,))
        self._call(_ROOT, "", "ActivateConnection", "ooo", (handle, device, "/"))

    def unhost(self) -> None:
        """Deactivate it, and ask for the loudest known network; else NetworkManager joins by itself later."""
        device = self._device()
        if device is None or not self.hosts():
            return
        self._call(_ROOT, "", "DeactivateConnection", "o", (self._get(device, "Device", "ActiveConnection"),))
        known = dict(self._profiles())
        heard = sorted(self.heard(), key=lambda one: -one.strength)
        wanted = next((known[one.ssid] for one in heard if one.ssid in known), None)
        if wanted is not None:
            self.join(wanted)

    def phones(self) -> int:
        """Devices that answered on this port lately, out of proc(5), ``net/arp``; each is asked anew.

        For the kernel asks nobody by itself, and forgets none of so few: who left would count for ever.
        """
        rows = (line.split() for line in _NEIGHBOURS.read_text("ascii").splitlines()[1:])
        there = [row[0] for row in rows if row[-1] == self._interface and row[2] == _COMPLETE]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            for address in there:
                with suppress(OSError):
                    door.sendto(b"", (address, _DISCARD))
        return len(there)

    def _paths(self) -> list[str]:
        (paths,) = self._call(f"{_ROOT}/Settings", "Settings", "ListConnections")
        return [str(path) for path in paths]

    def _profiles(self) -> list[tuple[str, str]]:
        found = []
        for path in self._paths():
            with suppress(MatineeError):
                settings = self._settings(path)
                wireless = settings.get("802-11-wireless", {})
                if "ssid" in wireless and _mode(settings) != _AP:
                    found.append((bytes(wireless["ssid"][1]).decode("utf-8", "replace"), path))
        return found

    def _settings(self, path: str) -> dict[str, dict[str, Any]]:
        (settings,) = self._call(path, "Settings.Connection", "GetSettings")
        return dict(settings)

    def _on(self, device: str) -> str:
        wireless = self._on_settings(device).get("802-11-wireless", {})
        return bytes(wireless["ssid"][1]).decode("utf-8", "replace") if "ssid" in wireless else ""

    def _on_settings(self, device: str) -> dict[str, dict[str, Any]]:
        """Of the profile that is active on ``device``; empty if none is, or it is just going."""
        active = self._get(device, "Device", "ActiveConnection")
        if active == "/":
            return {}
        try:
            return self._settings(self._get(active, "Connection.Active", "Connection"))
        except MatineeError:
            return {}

    def _device(self) -> str | None:
        try:
            (path,) = self._call(_ROOT, "", "GetDeviceByIpIface", "s", (self._interface,))
        except MatineeError as fault:
            if fault.key == "wifi.refused":
                return None  # there is no such port now
            raise
        return str(path) if path else None

    def _get(self, path: str, interface: str, name: str) -> Any:  # noqa: ANN401 D-Bus values
        address = DBusAddress(path, _NM, f"{_NM}.{interface}")
        return self._ask(Properties(address).get(name))[0][1]

    def _all(self, path: str, interface: str) -> dict[str, Any]:
        address = DBusAddress(path, _NM, f"{_NM}.{interface}")
        return {name: value for name, (_, value) in self._ask(Properties(address).get_all())[0].items()}

    def _call(
        self, path: str, interface: str, method: str, signature: str | None = None, body: tuple[Any, ...] = ()
    ) -> tuple[Any, ...]:
        address = DBusAddress(path, _NM, f"{_NM}.{interface}" if interface else _NM)
        return self._ask(new_method_call(address, method, signature, body))

    def _ask(self, message: Any) -> tuple[Any, ...]:  # noqa: ANN401 a message of jeepney
        try:
            if self._bus is None:
                self._bus = open_dbus_connection("SYSTEM")
            return tuple(unwrap_msg(self._bus.send_and_get_reply(message, timeout=_PATIENCE_S)))
        except DBusErrorResponse as refused:
            if "ServiceUnknown" in refused.name or "NoReply" in refused.name:
                raise MatineeError("wifi.no_manager") from refused
            raise MatineeError("wifi.refused", fault=refused) from refused
        except (OSError, TimeoutError, KeyError) as fault:
            self.close()
            raise MatineeError("wifi.no_manager") from fault


def _lock(point: dict[str, Any]) -> Lock:
    keys = point.get("WpaFlags", 0) | point.get("RsnFlags", 0)
    if keys & (_PSK | _SAE):
        return Lock.PASSWORD
    if keys & _ACCOUNT:
        return Lock.ACCOUNT
    if point.get("Flags", 0) & _PRIVACY and not keys & _OWE:
        return Lock.OLD
    return Lock.OPEN


def _mode(settings: dict[str, dict[str, Any]]) -> str:
    return str(settings.get("802-11-wireless", {}).get("mode", ("s", ""))[1])


def _is_ours(settings: dict[str, dict[str, Any]]) -> bool:
    return _mode(settings) == _AP and settings.get("connection", {}).get("id", ("s", ""))[1] == _OWN


def _hotspot(own: OwnWifi, interface: str) -> dict[str, dict[str, tuple[str, Any]]]:
    """Never begun by NetworkManager itself: two would decide about one radio."""
    return {
        "connection": {
            "type": ("s", "802-11-wireless"),
            "id": ("s", _OWN),
            "interface-name": ("s", interface),
            "autoconnect": ("b", False),
        },
        "802-11-wireless": {"ssid": ("ay", own.ssid.encode()), "mode": ("s", _AP), "band": ("s", "bg")},
        "802-11-wireless-security": {"key-mgmt": ("s", "wpa-psk"), "psk": ("s", own.password)},
        "ipv4": {"method": ("s", "shared")},
        "ipv6": {"method": ("s", "ignore")},
    }


def _profile(wanted: Wanted, interface: str) -> dict[str, dict[str, tuple[str, Any]]]:
    """Joined by itself, on this radio, again and again: one that is away for a night is not forgotten."""
    settings: dict[str, dict[str, tuple[str, Any]]] = {
        "connection": {
            "type": ("s", "802-11-wireless"),
            "id": ("s", wanted.ssid),
            "interface-name": ("s", interface),
            "autoconnect": ("b", True),
            "autoconnect-retries": ("i", 0),
        },
        "802-11-wireless": {
            "ssid": ("ay", wanted.ssid.encode()),
            "mode": ("s", "infrastructure"),
            "hidden": ("b", wanted.hidden),
        },
        "ipv4": {"method": ("s", "auto")},
        "ipv6": {"method": ("s", "auto")},
    }
    if wanted.password:
        settings["802-11-wireless-security"] = {"key-mgmt": ("s", "wpa-psk"), "psk": ("s", wanted.password)}
    return settings
