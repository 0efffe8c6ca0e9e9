"""Where a guest's stream comes from: which addresses a manifest may name, and which a box may go to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from appliance.errors import MatineeError

MOST_STREAMS = 8
"""Of one evening: each has a port of its own."""


class Scheme(StrEnum):
    """How a stream is brought."""

    RTSP = "rtsp"
    RTSPS = "rtsps"
    SRT = "srt"
    HTTP = "http"
    HTTPS = "https"


_PORTS = {Scheme.RTSP: 554, Scheme.RTSPS: 322, Scheme.HTTP: 80, Scheme.HTTPS: 443}


@dataclass(frozen=True, slots=True)
class StreamSource:
    """One address, looked at. ``str`` of it names nothing that is secret."""

    url: str
    scheme: Scheme
    host: str
    port: int
    in_venue: bool = False
    """Whether the organiser said that it lies in the venue's own network."""

    def __str__(self) -> str:
        """Return scheme and host, without name, password or stream key."""
        return f"{self.scheme}://{self.host}"

    @property
    def tcp_ports(self) -> tuple[int, ...]:
        """Where whoever brings it may connect to, on whatever host its answers name. SRT goes by UDP."""
        if self.scheme is Scheme.SRT:
            return ()
        return (self.port, _PORTS[Scheme.HTTPS]) if self.scheme is Scheme.HTTPS else (self.port,)

    def refuses(self, addresses: Sequence[str]) -> bool:
        """Whether this box must not go there, its host having these addresses.

        Addresses that are no public ones (RFC 6890) are somebody's router or camera: only if the organiser
        said so. What is no single station (multicast, 0.0.0.0) never.
        """
        return not addresses or any(not _allowed(ip_address(at), self.in_venue) for at in addresses)


def parse(url: str, *, in_venue: bool = False) -> StreamSource:
    """Look at ``url``; ``stream.*`` if it is none that is brought."""
    if not url.isascii() or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise MatineeError("stream.strange_letters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise MatineeError("stream.no_address") from fault
    if parts.scheme not in set(Scheme):
        raise MatineeError("stream.not_brought", schemes=", ".join(Scheme), scheme=parts.scheme or "this")
    scheme = Scheme(parts.scheme)
    port = port or _PORTS.get(scheme)
    if not parts.hostname or port is None:
        raise MatineeError("stream.no_host")
    source = StreamSource(url, scheme, parts.hostname, port, in_venue)
    literal = _literal(parts.hostname)
    if literal is not None and not _allowed(literal, in_venue):
        raise MatineeError("stream.not_public", address=literal)
    return source


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _allowed(address: IPv4Address | IPv6Address, in_venue: bool) -> bool:  # noqa: FBT001 of one argument
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_multicast or address.is_unspecified or address.is_reserved:
        return False
    return in_venue or address.is_global
