"""Leases: who has an address, and whose address is taken back when there are few left. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from appliance.numerals import whole

FULL_SHARE = 0.8
"""So full that addresses nobody ever used are taken back."""

_FIELDS = 5
"""dnsmasq's lease file: when it ends (Unix seconds), MAC, address, name, client id."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One device's address."""

    ends: int
    mac: str
    address: str


def parse(text: str) -> tuple[Lease, ...]:
    """Read dnsmasq's own file; what is no lease is left out."""
    found = []
    for line in text.splitlines():
        words = line.split()
        ends = whole(words[0]) if len(words) == _FIELDS else None
        if ends is not None and words[2].count(".") == 3:  # noqa: PLR2004 IPv4
            found.append(Lease(ends, words[1].lower(), words[2]))
    return tuple(found)


def without(text: str, addresses: frozenset[str]) -> str:
    """The same file without the leases of ``addresses``."""
    lines = [
        line for line in text.splitlines() if len(line.split()) < _FIELDS or line.split()[2] not in addresses
    ]
    return "".join(f"{line}\n" for line in lines)


def to_reclaim(
    leases: Sequence[Lease], neighbours: Mapping[str, str], room: int, lease_s: int, now: float
) -> frozenset[str]:
    """Addresses that were given away and never used: what a guest takes who asks for all of them.

    Only once there are few left, and nobody's first half minute. ``neighbours`` are MACs by address, as the
    kernel heard them (proc(5), ``net/arp``): whoever uses an address is heard, as the box is their way.
    """
    if len(leases) < FULL_SHARE * room:
        return frozenset()
    settled = now + lease_s - 30
    return frozenset(
        lease.address
        for lease in leases
        if lease.ends < settled and neighbours.get(lease.address) != lease.mac
    )


def neighbours(arp: str, interface: str) -> dict[str, str]:
    """MACs by address out of ``/proc/net/arp``, of those on ``interface`` that answered."""
    complete = 0x2
    rows = [line.split() for line in arp.splitlines()[1:]]
    return {row[0]: row[3].lower() for row in rows if row[-1:] == [interface] and int(row[2], 16) & complete}
