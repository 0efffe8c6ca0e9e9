"""A NetworkManager to talk to: python-dbusmock's, on a bus of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from lab.staff_room import until

_PYTHON = "/usr/bin/python3"
needs_networkmanager = pytest.mark.skipif(
    not shutil.which("dbus-daemon") or not Path("/usr/lib/python3/dist-packages/dbusmock").exists(),
    reason="needs Debian's python3-dbusmock and dbus-daemon",
)
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={bus}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""


class Bus:
    """A system bus with nobody on it but who is started here."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}
        (folder / "bus.conf").write_text(_BUS.format(bus=folder / "bus"))
        command = ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"]
        self._daemon = subprocess.Popen(command)
        until((folder / "bus").exists)
        self._mock: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [_PYTHON, "-m", "dbusmock", "--system", "--template", "networkmanager"]
        self._mock = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        until(
            lambda: (
                "true"
                in self.send(
                    "org.freedesktop.DBus",
                    "/",
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.freedesktop.NetworkManager",
                )
            )
        )
        until(
            lambda: (
                "GetDevices"
                in self.send(
                    "org.freedesktop.NetworkManager",
                    "/org/freedesktop/NetworkManager",
                    "org.freedesktop.DBus.Introspectable.Introspect",
                )
            )
        )

    def send(self, to: str, path: str, method: str, *arguments: str) -> str:
        command = ["dbus-send", "--system", "--print-reply", f"--dest={to}", path, method, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout

    def lever(self, method: str, *arguments: str) -> str:
        return self.send(
            "org.freedesktop.NetworkManager",
            "/org/freedesktop/NetworkManager",
            f"org.freedesktop.DBus.Mock.{method}",
            *arguments,
        )

    def kill(self) -> None:
        if self._mock is not None:
            self._mock.kill()
            self._mock.wait()
            self._mock = None

    def close(self) -> None:
        self.kill()
        self._daemon.send_signal(signal.SIGTERM)
        self._daemon.wait()
