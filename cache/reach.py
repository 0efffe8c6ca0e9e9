"""Which machines the box may fetch from: the public internet, and what was said by name. Nothing else."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Reach:
    """What an https fetcher may connect to. Asked again for every connection, after names were looked up."""

    networks: tuple[Network, ...] = field(default=())
    """Allowed although they are not public: a neighbour's address, loopback in tests and `matinee dev`."""
    plain_http: bool = False
    """Allow ``http://``: the hashes prove the bytes, but who listens learns what is fetched."""

    @classmethod
    def of(cls, networks: Iterable[str], *, plain_http: bool = False) -> Reach:
        """From text such as ``127.0.0.0/8``; ``ValueError`` if that is no network."""
        return cls(tuple(ipaddress.ip_network(network) for network in networks), plain_http)

    def allows_address(self, text: str) -> bool:
        """Tell whether a connection to the address ``text`` may be used."""
        try:
            address = _plain(ipaddress.ip_address(text.partition("%")[0]))
        except ValueError:
            return False
        if any(address in network for network in self.networks):
            return True
        return address.is_global and not address.is_multicast

    def allows_url(self, url: str) -> bool:
        """Tell whether ``url`` has a form that may be followed; its address is looked at when connected."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            return False
        schemes = {"https", "http"} if self.plain_http else {"https"}
        return parts.scheme in schemes and bool(host) and parts.username is None and parts.password is None


def _plain(address: Address) -> Address:
    """What an IPv6 form of an IPv4 address really reaches."""
    if isinstance(address, ipaddress.IPv6Address):
        return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address
    return address
