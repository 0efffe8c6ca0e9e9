"""The attendees' bridge: what it must be, what it is, the steps between. Pure; and the role's interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol, assert_never

BRIDGE = "matinee0"
TABLE = 4141
"""Routing table of the attendees' network alone: what a venue's DHCP says can not hide it (ip-rule(8))."""


@dataclass(frozen=True, slots=True)
class Links:
    """The bridge, what hangs on it, and the settings of the kernel that belong to it."""

    bridge: bool = False
    """There, and up."""
    addresses: frozenset[str] = frozenset()
    """With prefixes: ``10.41.0.1/22``."""
    ports: frozenset[str] = frozenset()
    route: str = ""
    """The network that the bridge's own routing table leads to it."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """sysctl(8) values by their path under ``/proc/sys``."""


GONE = Links()
"""What is left of it when the service has stopped."""


@dataclass(frozen=True, slots=True)
class MakeBridge:
    """Make it, or bring it up."""


@dataclass(frozen=True, slots=True)
class RemoveBridge:
    """Take it away, and what hangs on it."""


@dataclass(frozen=True, slots=True)
class Address:
    """Hold an address, or no longer."""

    address: str
    held: bool


@dataclass(frozen=True, slots=True)
class BridgePort:
    """Attach an interface, or let it go."""

    name: str
    attached: bool


@dataclass(frozen=True, slots=True)
class Route:
    """Lead ``network`` to the bridge, or no longer; empty: nothing does."""

    network: str


@dataclass(frozen=True, slots=True)
class Setting:
    """Set a value of the kernel; None: as it was before us."""

    name: str
    value: str | None


Step = MakeBridge | RemoveBridge | Address | BridgePort | Route | Setting


class LinkTechnology(Protocol):
    """Carries steps out on one machine."""

    def observed(self, settings: Iterable[str]) -> Links:
        """What is there now; of the kernel's settings those named, and those that we changed."""
        ...

    def present(self) -> frozenset[str]:
        """Interfaces of this machine."""
        ...

    def addresses(self, interface: str) -> tuple[str, ...]:
        """IPv4, with prefixes; none if it is not there."""
        ...

    def neighbours(self) -> Mapping[str, str]:
        """MACs by address, of those on the bridge that were heard of late."""
        ...

    def take(self, steps: Iterable[Step]) -> None:
        """Take the steps, in order; ``network.refused`` at the first that fails."""
        ...


def steps(wanted: Links, observed: Links) -> tuple[Step, ...]:
    """From ``observed`` to ``wanted``; none if they are the same."""
    if not wanted.bridge:
        found: list[Step] = [Setting(name, None) for name in sorted(observed.settings)]
        if observed.route:
            found.append(Route(""))
        if observed.bridge or observed.ports or observed.addresses:
            found.append(RemoveBridge())
        return tuple(found)
    found = [] if observed.bridge else [MakeBridge()]
    found += [Address(one, held=True) for one in sorted(wanted.addresses - observed.addresses)]
    found += [Address(one, held=False) for one in sorted(observed.addresses - wanted.addresses)]
    found += [BridgePort(one, attached=False) for one in sorted(observed.ports - wanted.ports)]
    found += [BridgePort(one, attached=True) for one in sorted(wanted.ports - observed.ports)]
    if wanted.route != observed.route:
        found.append(Route(wanted.route))
    found += [Setting(name, None) for name in sorted(observed.settings.keys() - wanted.settings.keys())]
    found += [
        Setting(name, value)
        for name, value in sorted(wanted.settings.items())
        if observed.settings.get(name) != value
    ]
    return tuple(found)


def after(links: Links, step: Step) -> Links:
    """What ``step`` makes of ``links``."""
    match step:
        case MakeBridge():
            return replace(links, bridge=True)
        case RemoveBridge():
            return replace(links, bridge=False, addresses=frozenset(), ports=frozenset())
        case Address(address, held):
            return replace(links, addresses=_with(links.addresses, address, there=held))
        case BridgePort(name, attached):
            return replace(links, ports=_with(links.ports, name, there=attached))
        case Route(network):
            return replace(links, route=network)
        case Setting(name, value):
            kept = {known: said for known, said in links.settings.items() if known != name}
            return replace(links, settings=kept if value is None else {**kept, name: value})
        case _ as never:
            assert_never(never)


def _with(names: frozenset[str], name: str, *, there: bool) -> frozenset[str]:
    return names | {name} if there else names - {name}
