"""The box's links as others may see them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CAPTIVE_ADDRESS = "198.51.100.1"
"""What captive names lead to, held on the box (RFC 5737, TEST-NET-2).

Android offers no portal where its probe leads to a private address.
"""

PORTAL_NAME = "matinee.internal"
"""The portal's name on the attendees' network (``.internal``: reserved for private use by ICANN, 2024)."""


class RadioState(StrEnum):
    """What the radio is doing."""

    NONE = "none"
    """There is no radio here, or it is not ours to touch."""
    HOTSPOT = "hotspot"
    CONNECTING = "connecting"
    CONNECTED = "connected"
    OFFLINE = "offline"


class NetworkMode(StrEnum):
    """How attendees reach the box."""

    NONE = "none"
    """The box leaves the machine's network alone: `matinee dev`."""
    HOTSPOT = "hotspot"
    """By the box's own radio."""
    ETHERNET = "ethernet"
    """By access points of the venue on an Ethernet port: for crowds."""


class UplinkState(StrEnum):
    """How far the way out leads."""

    NONE = "none"
    """None is wanted."""
    DOWN = "down"
    """No cable, no stick, no address yet."""
    LOCAL = "local"
    """There is a network, but no internet behind it."""
    CAPTIVE = "captive"
    """The venue's own sign-in page is in the way."""
    ONLINE = "online"


@dataclass(frozen=True, slots=True)
class ReleaseRule:
    """What a phone's last tap opens."""

    internet: bool = False
    """False: the portal only."""
    minutes: int | None = None
    """How long; None: all evening."""
    megabytes: int | None = None
    """How much, both ways (10**6 bytes); None: no limit."""


@dataclass(frozen=True, slots=True)
class ClientView:
    """One device on the attendees' network."""

    address: str
    finished: bool = False
    """Whether it was released: signed up, or "no thanks"."""
    online: bool = False
    """Whether the internet is open to it now."""
    seconds_left: int | None = None
    """Of its time on the internet; None: no limit, or not online."""
    bytes_left: int | None = None
    """Of its volume; None: no limit, or not online."""
    staff: bool = False
    """Whether it may open the console."""


@dataclass(frozen=True, slots=True)
class NetworkView:
    """Where the box can be reached, and who is on it."""

    radio: RadioState
    host: str
    """``matinee-<id>.local``."""
    announced: bool
    """Whether neighbours can find it by mDNS."""
    mode: NetworkMode = NetworkMode.NONE
    uplink: UplinkState = UplinkState.NONE
    internet: bool = False
    """Whether it is open to those who made their last tap."""
    clients: int = 0
    """Devices on the attendees' network now."""
    online: int = 0
    """Of them, those to which the internet is open."""
    ceiling: int | None = None
    """How many the board's radio takes; None: not this radio's limit, or not known."""
    crowded: str = ""
    """What to do about a radio that is nearly full, in words for ``/remote``; empty: nothing."""
    fault: str = ""
    """What keeps the network from being as it should, in words for ``/remote``; empty: nothing."""
    certificate: str = ""
    """What is to be done about the certificate of the organiser's own name; empty: nothing."""
