"""No way out; and one in memory with levers."""

from __future__ import annotations

from appliance.network.uplink import Facts, UsbPort


class SimulatedUplink:
    """Says what a test put there; nothing at first."""

    def __init__(self) -> None:
        """No ports."""
        self.ports: dict[str, Facts] = {}
        self.usb: tuple[UsbPort, ...] = ()

    def facts(self, interface: str) -> Facts:
        """Of that port."""
        return self.ports.get(interface, Facts())

    def usb_ports(self) -> tuple[UsbPort, ...]:
        """As put there."""
        return self.usb
