"""openNDS of Debian in a namespace, unpacked and not installed: its package would take over the machine.

Its name and e-mail form (``login_option_enabled 2``), with dnsmasq before it as its manual says.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urljoin

from lab.crowd import Answer, Joining
from lab.wifi import VENUE_GATEWAY, Venue

_PACKAGES = (
    "opennds-daemon", "opennds-daemon-common", "iptables",
    "libip4tc2", "libip6tc2", "libxtables12", "libnetfilter-conntrack3", "libmicrohttpd12",
)  # fmt: skip
_KEPT = Path.home() / ".cache" / "matinee-tests" / "opennds"

_SETTINGS = """\
GatewayInterface att0
GatewayName Matinee
MaxClients 500
login_option_enabled 2
DebugLevel 0
FirewallRuleSet authenticated-users {
    FirewallRule allow all
}
FirewallRuleSet preauthenticated-users {
}
FirewallRuleSet users-to-router {
    FirewallRule allow udp port 53
    FirewallRule allow tcp port 53
    FirewallRule allow udp port 67
}
"""
_DNSMASQ = f"""\
interface=att0
bind-interfaces
no-resolv
server={VENUE_GATEWAY}
no-hosts
keep-in-foreground
pid-file
no-ping
dhcp-authoritative
dhcp-range=10.41.0.10,10.41.3.254,255.255.252.0,600
"""
_START = """\
set -e
mount -t overlay overlay -o lowerdir={unpacked}/usr:/usr /usr
mount -t tmpfs tmpfs /run
mkdir /run/tmpfiles.d
mount --bind {leases} /var/lib/misc
exec /usr/bin/opennds -f -c {settings}
"""


def unpacked() -> Path:
    """Debian's packages, fetched once, unpacked in a folder of their own."""
    place = _KEPT / "root"
    if (place / "usr/bin/opennds").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", *_PACKAGES], cwd=_KEPT, check=True, capture_output=True)
    for package in _KEPT.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(place)], check=True)
    for name in ("iptables", "ip6tables"):
        (place / "usr/sbin" / name).symlink_to("xtables-nft-multi")
    return place


@contextmanager
def opennds(venue: Venue, folder: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Serving until the end; yields its processes."""
    box = venue.box
    box.ip("address", "add", "10.41.0.1/22", "dev", "att0")
    box.ip("link", "set", "att0", "up")
    (folder / "opennds.conf").write_text(_SETTINGS, "ascii")
    (folder / "dnsmasq.conf").write_text(f"{_DNSMASQ}dhcp-leasefile={folder}/misc/dnsmasq.leases\n", "ascii")
    start = folder / "start.sh"
    leases = folder / "misc"
    leases.mkdir()
    start.write_text(
        _START.format(unpacked=unpacked(), leases=leases, settings=folder / "opennds.conf"), "ascii"
    )
    box.run("sysctl", "-w", "net.ipv4.ip_forward=1")
    with (folder / "opennds.log").open("wb") as log:
        processes = [
            subprocess.Popen(box.command("dnsmasq", f"--conf-file={folder}/dnsmasq.conf"), stderr=log),
            subprocess.Popen(
                box.command("bash", str(start)), stdout=log, stderr=log, env={**os.environ, "LC_ALL": "C"}
            ),
        ]
        try:
            _wait(venue)
            yield processes
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(30)


def _wait(venue: Venue) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with venue.box.socket() as sock:
            sock.settimeout(1)
            if sock.connect_ex(("10.41.0.1", 2050)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("openNDS")


async def their_form(joining: Joining, page: Answer) -> None:
    """Give a name and an e-mail address, then press what comes until there is nothing to press."""
    typed = {"username": f"Phone {joining.number}", "emailaddress": "phone@example.org"}
    for _ in range(2):
        target, hidden = _first_form(page)
        page = await joining.ask("GET", f"{target}?{urlencode(hidden | typed)}")
        assert page.status in {200, 302, 303, 307}, f"the form was answered {page.status}"
        typed = {}
        if "<form" not in page.text:
            return


def _first_form(page: Answer) -> tuple[str, dict[str, str]]:
    found = re.search(r'<form action="([^"]*)"[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert found, f"no form: {page.text[:200]}"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', found[2])
    return urljoin(page.url, unescape(found[1])), {name: unescape(value) for name, value in hidden}
