"""The uplink as the kernel and a question to the internet tell it, whoever set it up."""

from __future__ import annotations

from pathlib import Path

from appliance.network.connectivity import Connectivity
from appliance.network.links_iproute import ask
from appliance.network.uplink import Facts, UsbPort

_PORTS = Path("/sys/class/net")


class KernelUplink:
    """Reads; changes nothing."""

    def __init__(self, connectivity: Connectivity) -> None:
        """``connectivity`` knows what the internet last said."""
        self._connectivity = connectivity

    def facts(self, interface: str) -> Facts:
        """By `ip -j`."""
        found = [link for link in ask("address", "show") if link["ifname"] == interface]
        if not found:
            return Facts()
        addresses = tuple(
            f"{one['local']}/{one['prefixlen']}" for one in found[0]["addr_info"] if one["family"] == "inet"
        )
        carrier = "LOWER_UP" in found[0]["flags"]
        gateway = bool(ask("route", "show", "default", "dev", interface))
        if not (carrier and addresses and gateway):
            return Facts(carrier, addresses, gateway)
        return Facts(carrier, addresses, gateway, self._connectivity.answer(interface, addresses))

    def usb_ports(self) -> tuple[UsbPort, ...]:
        """By sysfs: the USB interface that a network interface hangs on."""
        return usb_ports(_PORTS)


def usb_ports(ports: Path) -> tuple[UsbPort, ...]:
    """Network interfaces on USB, under ``ports`` (``/sys/class/net``)."""
    found = []
    for port in sorted(ports.iterdir()):
        parts = [_text(port / "device" / f"bInterface{name}") for name in ("Class", "SubClass", "Protocol")]
        if all(parts):
            found.append(UsbPort(port.name, "/".join(parts)))
    return tuple(found)


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip().lower()
    except OSError:
        return ""
