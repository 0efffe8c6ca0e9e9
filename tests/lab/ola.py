"""OLA (Open Lighting Architecture) as the lamps of the house: what it received by sACN it says over HTTP."""

from __future__ import annotations

import os
import pwd
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from lab.free_port import free_port

_OTHERS = (
    *("artnet", "dummy", "espnet", "gpio", "karate", "kinet", "milinst", "opendmx", "openpixelcontrol"),
    *("osc", "pathport", "renard", "sandnet", "shownet", "spi", "stageprofi", "usbdmx", "usbpro"),
    *("usbserial", "uartdmx", "ftdidmx", "nanoleaf"),
)


class Ola:
    """A running olad with one universe."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}"

    def is_there(self) -> bool:
        try:
            return bool(self._get("/json/get_ports"))
        except (requests.RequestException, ValueError):
            return False

    def patch(self, universe: int) -> None:
        port = self._get("/json/get_ports")[0]["id"]
        body = {"id": universe, "name": "house", "add_ports": port}
        assert requests.post(f"{self._address}/new_universe", body, timeout=5).json()["ok"]

    def levels(self, universe: int) -> list[int]:
        return self._get(f"/get_dmx?u={universe}")["dmx"]

    def _get(self, path: str) -> Any:  # noqa: ANN401 JSON values
        return requests.get(self._address + path, timeout=5).json()


@contextmanager
def running_ola(folder: Path, universe: int) -> Iterator[Ola]:
    """Run olad with its E1.31 plugin alone, as somebody who is not root, as it demands."""
    folder.mkdir()
    for other in _OTHERS:
        (folder / f"ola-{other}.conf").write_text("enabled = false\n")
    (folder / "ola-e131.conf").write_text("enabled = true\ninput_ports = 1\noutput_ports = 0\n")
    http = free_port()
    command = ["olad", "-c", str(folder), "-l", "2", "-r", str(free_port()), "-p", str(http)]
    command += ["-i", "lo", "--no-register-with-dns-sd"]
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            os.chown(path, pwd.getpwnam("olad").pw_uid, -1)
        for parent in list(folder.parents)[:-2]:
            parent.chmod(parent.stat().st_mode | 0o011)
        command = ["setpriv", "--reuid=olad", "--regid=nogroup", "--clear-groups", *command]
    with (folder.parent / "olad.log").open("wb") as log, subprocess.Popen(command, stderr=log) as child:
        try:
            ola = Ola(http)
            wait_until(ola.is_there)
            ola.patch(universe)
            yield ola
        finally:
            child.terminate()


def wait_until(condition: Callable[[], bool], timeout_s: float = 30.0) -> None:
    """Look twenty times a second."""
    never, rounds = threading.Event(), round(timeout_s * 20)
    assert any(condition() or never.wait(0.05) for _ in range(rounds)), "it did not come"
