"""Addresses and names for phones: what DNS and DHCP servers must be. Values and interface."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Protocol

LEASE_S = 600
"""Short, so that the addresses of those who left come back; a phone asks anew after half of it."""

NAMES_THAT_MUST_NOT_BE = ("use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com")
"""Without the first Firefox keeps to our DNS (support.mozilla.org), without the others an iPhone
does without Private Relay (developer.apple.com, "Prepare your network for iCloud Private Relay")."""


@dataclass(frozen=True, slots=True)
class Names:
    """All that phones are told."""

    interface: str
    gateway: IPv4Address
    network: IPv4Network
    own: tuple[str, ...]
    """Names that lead to the captive address, whoever asks."""
    resolvers: str = ""
    """File of the resolvers that forwarding goes to (resolv.conf(5)); empty: nothing is forwarded."""
    portal_api: str = ""
    """``https`` address for DHCP option 114 (RFC 8910), under a publicly trusted certificate; empty: none."""

    @property
    def pool(self) -> tuple[IPv4Address, IPv4Address]:
        """First and last address to give away: the first nine stay with the house."""
        first, last = self.network.network_address + 10, self.network.broadcast_address - 1
        return (first if first < last else self.network.network_address + 1), last

    @property
    def room(self) -> int:
        """How many phones get an address."""
        first, last = self.pool
        return int(last) - int(first) + 1 - (first <= self.gateway <= last)


class NameTechnology(Protocol):
    """Serves names and addresses on one machine."""

    def ensure(self, names: Names | None) -> bool:
        """Make it so; True if something was not. ``network.refused`` if it can not be."""
        ...

    def forwards(self) -> bool:
        """Whether questions that are forwarded find somebody who listens."""
        ...

    def leases(self) -> str:
        """Who has which address, as dnsmasq writes it (``leases.parse``)."""
        ...

    def reclaim(self, addresses: frozenset[str]) -> None:
        """Give these addresses away again."""
        ...
