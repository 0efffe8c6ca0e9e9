"""No radio for the venue's Wi-Fi; and one in memory with levers."""

from __future__ import annotations

from appliance.model.wifi_view import HeardNetwork
from appliance.network.fallback import OwnWifi
from appliance.network.venue_wifi import RadioSeen, Step, Wanted


class SimulatedVenueRadio:
    """Says what a test put there; without, there is no radio."""

    def __init__(self) -> None:
        """Nothing is there."""
        self.now = RadioSeen()
        self.networks: list[HeardNetwork] = []
        self.kept: dict[str, Wanted] = {}
        self.joins: list[str] = []
        self.scans = 0
        self.hosting: OwnWifi | None = None
        self.guests = 0
        self.can_join = False

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

    def hosts(self) -> bool:
        """Since it was told to."""
        return self.hosting is not None

    def host(self, own: OwnWifi) -> None:
        """At once."""
        self.hosting = own

    def unhost(self) -> None:
        """At once; the lever says whether a known network is there."""
        self.hosting = None
        if self.can_join and self.kept:
            self.now = RadioSeen(there=True, step=Step.JOINED, ssid=next(iter(self.kept)), address=True)

    def phones(self) -> int:
        """As put there."""
        return self.guests
