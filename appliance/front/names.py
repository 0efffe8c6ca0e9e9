"""Which Host is ours."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, ip_address, ip_network

_HOST = re.compile(r"(?:\[(?P<six>[0-9a-f:.]*:[0-9a-f:.]*)\]|(?P<name>[a-z0-9._-]+))(?::[0-9]{0,5})?")
_HOUSES = tuple(ip_network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"))


def plain(host: str) -> str:
    """Return the name or address in a Host header: without port, brackets, final dot or capitals.

    Empty if it is none (RFC 9110, 7.2; RFC 3986, 3.2.2): nothing is guessed out of it.
    """
    found = _HOST.fullmatch(host.strip().lower())
    if found is None:
        return ""
    return found["six"] or found["name"].removesuffix(".")


def is_own(host: str, names: Iterable[str]) -> bool:
    """Whether ``host`` (as ``plain`` gives it) is one of ``names``, or an address in a house (RFC 1918).

    An address can not be rebound: whoever wrote it reached what it says.
    """
    if host in names:
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return isinstance(address, IPv4Address) and any(address in house for house in _HOUSES)


def is_address(text: str) -> bool:
    """Whether ``text`` is an IP address and not a name."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
