"""What the way out is worth, and which port it is. Pure; and the role's interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Interface, IPv4Network
from typing import Protocol

from appliance.model.network_view import UplinkState


class Answer(StrEnum):
    """What came back when the internet was asked for a known page."""

    NONE = "none"
    RIGHT = "right"
    ANOTHER = "another"
    """Somebody else answered: a sign-in page."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One interface, as the machine and the world see it."""

    carrier: bool = False
    addresses: tuple[str, ...] = ()
    """IPv4, with prefixes."""
    gateway: bool = False
    """Whether a default route leads out of it."""
    answer: Answer = Answer.NONE


@dataclass(frozen=True, slots=True)
class UsbPort:
    """A network interface on USB, by its class (usb.org, "Defined Class Codes")."""

    interface: str
    device_class: str
    """Class, subclass and protocol in hexadecimal: ``02/06/00``."""


ALLOWED_USB = {
    "02/06": "Ethernet over USB (CDC ECM)",
    "02/0d": "Ethernet over USB (CDC NCM)",
    "02/0e": "mobile broadband (CDC MBIM)",
    "02/02/ff": "a phone that shares its line (RNDIS)",
    "e0/01/03": "a phone that shares its line (RNDIS)",
    "ef/04/01": "a phone that shares its line (RNDIS)",
    "ff/fd/01": "an iPhone that shares its line",
}
"""What may be a way out by USB. All else on USB, a keyboard that is also a network card, is left alone."""


class UplinkTechnology(Protocol):
    """Looks at one machine's ports."""

    def facts(self, interface: str) -> Facts:
        """Of that port now; never waits for the world."""
        ...

    def usb_ports(self) -> tuple[UsbPort, ...]:
        """Network interfaces on USB."""
        ...


def port_of(wanted: str, named: str, usb: Sequence[UsbPort], attendees: str) -> str:
    """The uplink's interface: the one named, or by USB the first of an allowed class; empty: none."""
    if wanted == "none":
        return ""
    if wanted != "usb":
        return named if named != attendees else ""
    allowed = sorted(port.interface for port in usb if _is_allowed(port) and port.interface != attendees)
    return named if named in allowed else next(iter(allowed), "") if not named else ""


def state(facts: Facts, attendees: IPv4Network) -> UplinkState:
    """What it is worth. A network that claims addresses of ours is not used."""
    if not facts.carrier or not facts.addresses:
        return UplinkState.DOWN
    if not facts.gateway or claims_ours(facts, attendees):
        return UplinkState.LOCAL
    match facts.answer:
        case Answer.NONE:
            return UplinkState.LOCAL
        case Answer.ANOTHER:
            return UplinkState.CAPTIVE
        case Answer.RIGHT:
            return UplinkState.ONLINE


def claims_ours(facts: Facts, attendees: IPv4Network) -> bool:
    """Whether the uplink's network and the attendees' overlap."""
    return any(IPv4Interface(address).network.overlaps(attendees) for address in facts.addresses)


def _is_allowed(port: UsbPort) -> bool:
    return any(port.device_class.startswith(known) for known in ALLOWED_USB)
