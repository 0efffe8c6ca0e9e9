"""Who may send what where: the role's values and interface."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

CAPTIVE_DNS = 1053
FORWARDING_DNS = 1054
STAFF_PORT = 8443
OWN_ADDRESS = "10.42.0.1"
"""The box's while it has a Wi-Fi of its own (NetworkManager's first, for a profile that shares)."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the packet rules are made of. The same values make the same rules."""

    network: str
    """The attendees', ``10.41.0.0/22``."""
    gateway: str
    """The box on it."""
    uplink: str = ""
    """Interface of the way out; empty: none."""
    internet: bool = False
    """Whether those in the set ``online`` may use it now."""
    metered: bool = False
    """Whether volume is counted."""
    tls: bool = False
    """Whether the portal answers on 443."""
    crew: tuple[str, ...] = ()
    """Interfaces on which everything of the box is open."""
    own: bool = False
    """Whether ``uplink`` may become a Wi-Fi of the box's own, on which Setup is."""


@dataclass(frozen=True, slots=True, order=True)
class Device:
    """An address and the hardware that has it: a recycled address is another device."""

    address: str
    mac: str


@dataclass(frozen=True, slots=True)
class Sets:
    """The kernel's sets: whom, and for how many seconds more."""

    finished: Mapping[Device, int] = field(default_factory=dict)
    """Made their last tap."""
    online: Mapping[Device, int] = field(default_factory=dict)
    """The internet is open."""
    staff: Mapping[Device, int] = field(default_factory=dict)
    """May open the console."""
    spent: Mapping[str, int] = field(default_factory=dict)
    """MACs whose time or volume was granted already."""
    used: Mapping[str, int] = field(default_factory=dict)
    """Bytes both ways, by address; only where volume is counted."""


@dataclass(frozen=True, slots=True)
class Put:
    """Into a set, for so many seconds from now."""

    into: str
    element: Device | str
    seconds: int


@dataclass(frozen=True, slots=True)
class Take:
    """Out of a set; nothing if it is not in there."""

    out_of: str
    element: Device | str


Change = Put | Take


class RuleTechnology(Protocol):
    """Keeps the rules in one machine's kernel."""

    def ensure(self, rules: Rules | None) -> bool:
        """Make it so, in one transaction that keeps the sets; True if it was not. ``network.refused``."""
        ...

    def sets(self) -> Sets:
        """As the kernel has them now; empty without rules."""
        ...

    def change(self, changes: Iterable[Change]) -> None:
        """All or nothing; ``network.refused``."""
        ...

    def cut(self, address: str) -> None:
        """End what this address has open."""
        ...
