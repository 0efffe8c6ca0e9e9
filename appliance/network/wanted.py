"""What the network must be, as values made of settings, the event's rule and the way out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from appliance.config import NetworkTable
from appliance.errors import MatineeError
from appliance.model.network_view import (
    CAPTIVE_ADDRESS,
    PORTAL_NAME,
    NetworkMode,
    RadioState,
    ReleaseRule,
    UplinkState,
)
from appliance.network.links import BRIDGE, GONE, Links
from appliance.network.names import Names
from appliance.network.rules import Rules

_LARGEST_PREFIX = 27
_SMALLEST_PREFIX = 16
_CAPTIVE_NETWORK = IPv4Network("198.51.100.0/24")


@dataclass(frozen=True, slots=True)
class Attendees:
    """The attendees' network, and the box on it."""

    gateway: IPv4Address
    network: IPv4Network

    @classmethod
    def parse(cls, text: str) -> Attendees:
        """From ``10.41.0.1/22``; ``network.bad_attendees`` if no phones can live there."""
        try:
            interface = IPv4Interface(text)
        except ValueError as fault:
            raise MatineeError("network.bad_attendees", address=text) from fault
        network = interface.network
        fits = _SMALLEST_PREFIX <= network.prefixlen <= _LARGEST_PREFIX
        own = interface.ip not in {network.network_address, network.broadcast_address}
        if not (fits and own and network.is_private) or network.overlaps(_CAPTIVE_NETWORK):
            raise MatineeError("network.bad_attendees", address=text)
        return cls(interface.ip, network)

    def __str__(self) -> str:
        """As in the settings."""
        return f"{self.gateway}/{self.network.prefixlen}"


@dataclass(frozen=True, slots=True)
class Standing:
    """What the moment adds to the settings."""

    rule: ReleaseRule = field(default_factory=ReleaseRule)
    uplink: UplinkState = UplinkState.NONE
    uplink_interface: str = ""
    forwarding: bool = False
    """Whether our forwarding DNS listens: before that, who went online would find no names."""
    radio: RadioState = RadioState.NONE
    certificate: str = ""
    """The name for which a publicly trusted certificate stands; empty: none does."""
    present: frozenset[str] = frozenset()
    """Interfaces of the machine."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """All of it. ``rules`` and ``names`` None: none."""

    links: Links = GONE
    rules: Rules | None = None
    names: Names | None = None


NOTHING = Wanted()


def wanted(settings: NetworkTable, box: str, standing: Standing) -> Wanted:
    """What must be now; ``NOTHING`` where the machine's network is not ours."""
    if settings.mode == NetworkMode.NONE:
        return NOTHING
    attendees = Attendees.parse(settings.attendees)
    out = standing.uplink_interface
    open_ = internet_is_open(standing)
    certificate = (standing.certificate,) if standing.certificate else ()
    return Wanted(
        _links(settings, attendees, standing, out if open_ else ""),
        Rules(
            network=str(attendees.network),
            gateway=str(attendees.gateway),
            uplink=out,
            internet=open_,
            metered=standing.rule.megabytes is not None,
            tls=bool(certificate),
            crew=tuple(sorted(settings.crew)),
            own=settings.fallback and settings.uplink == "radio",
        ),
        Names(
            interface=BRIDGE,
            gateway=attendees.gateway,
            network=attendees.network,
            own=(PORTAL_NAME, f"matinee-{box}.local", *certificate),
            resolvers=settings.resolvers if _internet_is_there(standing) else "",
            portal_api=f"https://{standing.certificate}/captive-portal/api" if certificate else "",
        ),
    )


def internet_is_open(standing: Standing) -> bool:
    """Whether some phone may use the way out now."""
    return _internet_is_there(standing) and standing.forwarding


def _internet_is_there(standing: Standing) -> bool:
    online = standing.uplink is UplinkState.ONLINE and bool(standing.uplink_interface)
    return online and standing.rule.internet


def _links(settings: NetworkTable, attendees: Attendees, standing: Standing, out: str) -> Links:
    own = f"net/ipv4/conf/{BRIDGE}"
    kernel = {
        f"{own}/forwarding": "1" if out else "0",
        f"{own}/rp_filter": "1",
        f"{own}/send_redirects": "0",
        f"{own}/accept_redirects": "0",
        f"{own}/arp_ignore": "1",
        f"net/ipv6/conf/{BRIDGE}/disable_ipv6": "1",
        # All but "unreachable" is paced by the kernel (icmp(7)); that one is paced by our rules: a phone that
        # asks for ten QUIC connections at once must hear ten times no.
        "net/ipv4/icmp_ratemask": "6160",
    }
    if out:
        kernel[f"net/ipv4/conf/{out}/forwarding"] = "1"
    # A radio can hang on a bridge only as an access point, and then hostapd has put it there.
    attached = settings.mode == NetworkMode.ETHERNET or standing.radio is RadioState.HOTSPOT
    port = {settings.interface} if attached else set()
    return Links(
        bridge=True,
        addresses=frozenset({str(attendees), f"{CAPTIVE_ADDRESS}/32"}),
        ports=frozenset(port & standing.present),
        route=str(attendees.network),
        settings=kernel,
    )
