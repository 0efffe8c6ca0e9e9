"""NetworkManager's own connectivity check, as a desktop on the Wi-Fi runs it: in a phone's namespace.

Where it is not installed its Debian packages are downloaded and unpacked, never installed: that would
start it, and it would take the machine's own network in hand.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.handset import Handset
from lab.staff_room import until

PORTAL, FULL = 2, 4
"""NMConnectivityState (NetworkManager D-Bus API)."""
_PACKAGES = ("network-manager", "libbluetooth3", "libmm-glib0", "libndp0", "libnm0", "libteamdctl0")
_NAME, _PATH = "org.freedesktop.NetworkManager", "/org/freedesktop/NetworkManager"
_BUS = """<busconfig><type>system</type><listen>unix:path={sock}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_type="signal"/><allow send_type="method_return"/><allow send_type="error"/>
<allow receive_type="method_call"/><allow receive_type="signal"/><allow receive_type="method_return"/>
<allow receive_type="error"/></policy></busconfig>"""
_SETTINGS = """[main]
plugins=keyfile
no-auto-default=*
dns=none
rc-manager=unmanaged
[keyfile]
path={folder}/connections
[connectivity]
uri=http://network-test.debian.org/nm
response=NetworkManager is online
interval=300
"""


def unpacked(cache: Path) -> Path:
    """A root with NetworkManager in it; the test is skipped where there is none to be had."""
    if Path("/usr/sbin/NetworkManager").exists():
        return Path("/")
    root = cache / "root"
    if not (root / "usr/sbin/NetworkManager").exists():
        got = subprocess.run(
            ["apt-get", "download", *_PACKAGES], cwd=cache, capture_output=True, text=True, check=False
        )
        if got.returncode or shutil.which("dbus-daemon") is None or shutil.which("gdbus") is None:
            pytest.skip(f"no NetworkManager, dbus-daemon and gdbus: {got.stderr.strip()[-200:]}")
        for package in cache.glob("*.deb"):
            subprocess.run(["dpkg", "-x", package, root], check=True)
    return root


@dataclass(frozen=True)
class Desktop:
    """A computer that lets NetworkManager look after its network."""

    environment: dict[str, str]

    def connectivity(self) -> int:
        """What it says when it is asked to look now; 0: it does not answer yet."""
        call = ["gdbus", "call", "--system", "--dest", _NAME, "--object-path", _PATH]
        said = subprocess.run(
            [*call, "--method", f"{_NAME}.CheckConnectivity"],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        found = re.search(r"uint32 (\d)", said.stdout)
        return int(found[1]) if found else 0


@contextmanager
def desktop(phone: Handset, root: Path, folder: Path) -> Iterator[Desktop]:
    """``phone`` as such a computer, with the resolver that DHCP told it."""
    phone.namespace.resolve_by(str(phone.lease["dns"]))
    (folder / "connections").mkdir()
    (folder / "bus.conf").write_text(_BUS.format(sock=folder / "bus"))
    (folder / "nm.conf").write_text(_SETTINGS.format(folder=folder))
    libraries = ":".join(str(path) for path in root.glob("usr/lib/*-linux-gnu"))
    environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}
    if root != Path("/"):
        environment["LD_LIBRARY_PATH"] = libraries
    files = {"config": "nm.conf", "intern-config": "intern.conf", "state-file": "state", "pid-file": "pid"}
    folders = {"config-dir": "none", "system-config-dir": "none"}
    places = [f"--{option}={folder / name}" for option, name in (files | folders).items()]
    manager = phone.namespace.command(str(root / "usr/sbin/NetworkManager"), "--debug", *places)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(
        ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork"], **quiet
    ) as bus:
        try:
            until((folder / "bus").exists)
            with subprocess.Popen(manager, env=environment, **quiet) as program:
                try:
                    made = Desktop(environment)
                    until(lambda: made.connectivity() != 0)
                    yield made
                finally:
                    program.terminate()
        finally:
            bus.terminate()
