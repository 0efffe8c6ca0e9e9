"""A real NetworkManager in a namespace, unpacked and not installed: its package would take over the machine.

It has a D-Bus of its own, and no udev: with /sys read-only it does not wait for one.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lab.namespaces import Namespace

_PACKAGES = (
    "network-manager", "libnm0", "libndp0", "libteamdctl0", "libmm-glib0",
    "libbluetooth3", "libcurl3-gnutls", "libnewt0.52", "libjansson4", "libpsl5",
)  # fmt: skip
_KEPT = Path.home() / ".cache" / "matinee-tests" / "network-manager"
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={bus}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>
"""
_SETTINGS = """\
[main]
plugins=keyfile
dhcp=internal
rc-manager=unmanaged
auth-polkit=false
no-auto-default=*
[connectivity]
uri=http://nmcheck.gnome.org/check_network_status.txt
interval=300
"""
_START = """\
set -e
mount -o remount,ro /sys
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mkdir -p /run/NetworkManager /var/lib/NetworkManager
dbus-daemon --config-file={folder}/bus.conf --fork --print-pid >{folder}/bus.pid
exec {root}/usr/sbin/NetworkManager --no-daemon --config={folder}/nm.conf --config-dir={folder}/none \\
  --pid-file={folder}/nm.pid --state-file={folder}/nm.state
"""


class NetworkManager:
    """One that runs; ``environment`` leads its tools to it."""

    def __init__(self, root: Path, bus: Path) -> None:
        libraries = f"{root}/usr/lib/{os.uname().machine}-linux-gnu:{root}/lib/{os.uname().machine}-linux-gnu"
        self.environment = {
            **os.environ,
            "PATH": f"{root}/usr/bin:{os.environ['PATH']}",
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={bus}",
            "LD_LIBRARY_PATH": libraries,
        }
        self._tool = f"{root}/usr/bin/nmcli"

    def cli(self, *words: str) -> str:
        """What nmcli says, or refuses."""
        command = [self._tool, "--terse", "--wait", "30", *words]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return (done.stdout + done.stderr).strip()


def _unpacked() -> Path:
    place = _KEPT / "root"
    if (place / "usr/sbin/NetworkManager").exists():
        return place
    place.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "download", "-q", *_PACKAGES]
    got = subprocess.run(command, cwd=_KEPT, capture_output=True, text=True, check=False)
    if got.returncode:
        pytest.skip(f"Debian's NetworkManager can not be fetched here: {got.stderr.strip()}")
    for package in _KEPT.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(place)], check=True)
    return place


@contextmanager
def network_manager(namespace: Namespace, folder: Path) -> Iterator[NetworkManager]:
    """Runs in ``namespace`` until the end, and manages nothing before it is told to."""
    if shutil.which("dbus-daemon") is None or shutil.which("apt-get") is None:
        pytest.skip("needs dbus-daemon, and Debian's packages")
    root = _unpacked()
    manager = NetworkManager(root, folder / "bus")
    (folder / "bus.conf").write_text(_BUS.format(bus=folder / "bus"), "ascii")
    (folder / "nm.conf").write_text(_SETTINGS, "ascii")
    (folder / "start.sh").write_text(_START.format(folder=folder, root=root), "ascii")
    with (folder / "nm.log").open("wb") as log:
        command = namespace.command("sh", str(folder / "start.sh"))
        process = subprocess.Popen(command, stderr=log, env=manager.environment)
    try:
        deadline = time.monotonic() + 90
        while manager.cli("-f", "RUNNING", "general") != "running":  # "not running" it says before
            assert time.monotonic() < deadline, (folder / "nm.log").read_text("utf-8")
            time.sleep(0.1)
        yield manager
    finally:
        process.terminate()
        process.wait(20)
        os.kill(int((folder / "bus.pid").read_text("ascii")), signal.SIGTERM)
