"""dnsmasq's files (dnsmasq(8)), made of values. Pure."""

from __future__ import annotations

from pathlib import Path

from appliance.model.network_view import CAPTIVE_ADDRESS
from appliance.network.names import LEASE_S, NAMES_THAT_MUST_NOT_BE, Names
from appliance.network.rules import CAPTIVE_DNS, FORWARDING_DNS

_MOST_QUERIES = 1000


def captive(names: Names, leases: Path) -> str:
    """Every name leads to the portal; addresses by DHCP."""
    first, last = names.pool
    portal_api = [f"dhcp-option=114,{names.portal_api}"] if names.portal_api else []
    return _file(
        names,
        CAPTIVE_DNS,
        "no-resolv",
        "cache-size=0",
        f"address=/#/{CAPTIVE_ADDRESS}",
        "local=/#/",  # else other kinds of records of a name would be asked for elsewhere
        "dhcp-authoritative",
        "dhcp-rapid-commit",
        "dhcp-ignore-names",
        "no-ping",  # a second less for each phone
        "quiet-dhcp",
        f"dhcp-leasefile={leases}",
        f"dhcp-lease-max={names.room}",
        f"dhcp-range={first},{last},{names.network.netmask},{LEASE_S}",
        f"dhcp-option=option:router,{names.gateway}",
        f"dhcp-option=option:dns-server,{names.gateway}",
        *portal_api,
    )


def forwarding(names: Names) -> str:
    """The world's names, by the uplink's resolvers; none of them may lead to an address in here."""
    return _file(
        names,
        FORWARDING_DNS,
        f"resolv-file={names.resolvers}",
        "cache-size=2000",
        f"dns-forward-max={_MOST_QUERIES}",
        "stop-dns-rebind",
        "bogus-priv",
        "domain-needed",
    )


def _file(names: Names, port: int, *more: str) -> str:
    lines = (
        f"port={port}",
        f"interface={names.interface}",
        "except-interface=lo",
        "bind-dynamic",  # the bridge may come and go
        "no-hosts",
        "keep-in-foreground",
        "log-facility=-",
        "pid-file",
        *(f"address=/{name}/" for name in NAMES_THAT_MUST_NOT_BE),
        *(line for name in names.own for line in (f"address=/{name}/{CAPTIVE_ADDRESS}", f"local=/{name}/")),
        *more,
    )
    return "\n".join((*lines, ""))
