"""No radio for the venue's Wi-Fi; and one in memory with levers."""

from __future__ import annotations

from appliance.model.wifi_view import HeardNetwork
from appliance.network.venue_wifi import RadioSeen, Wanted


class SimulatedVenueRadio:
    """Says what a test put there; without, there is no radio."""

    def __init__(self) -> None:
        """Nothing is there."""
        self.now = RadioSeen()
        self.networks: list[HeardNetwork] = []
        self.kept: dict[str, Wanted] = {}
        self.joins: list[str] = []
        self.scans = 0

    def seen(self) -> RadioSeen:
        """As put there."""
        return self.now

    def heard(self) -> list[HeardNetwork]:
        """As put there."""
        return self.networks

    def known(self) -> list[str]:
        """What was kept."""
        return list(self.kept)

    def scan(self) -> None:
        """Count it."""
        self.scans += 1

    def keep(self, wanted: Wanted) -> str:
        """Remember it."""
        self.kept[wanted.ssid] = wanted
        return wanted.ssid

    def join(self, handle: str) -> None:
        """Note it."""
        self.joins.append(handle)

    def forget(self, ssid: str) -> None:
        """Drop it."""
        self.kept.pop(ssid, None)
