"""One contract for whoever tells of the supply: a simulation, the kernel's files, a real UPS server."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.health.power import Power, Supply
from appliance.health.power_nut import NutPower
from appliance.health.power_simulated import SimulatedPower
from appliance.health.power_sysfs import SysfsPower
from lab.ending import ended
from lab.free_port import free_port
from lab.staff_room import until

Lever = Callable[[Supply], Power]
"""Brings about a supply, and returns who tells of it."""

_DRIVER, _SERVER = Path("/lib/nut/dummy-ups"), Path("/lib/nut/upsd")
"""Themselves: what lies in ``/usr/sbin`` asks first whether this computer is set up as a server."""


def simulated(_: Path) -> Iterator[Lever]:
    yield SimulatedPower


def kernel(folder: Path) -> Iterator[Lever]:
    """Files as the kernel has them, under another root."""
    battery, plug = (folder / "sys/class/power_supply" / name for name in ("BAT0", "AC"))
    mouse = folder / "sys/class/power_supply/hidpp_battery_0"
    for path in (battery, plug, mouse):
        path.mkdir(parents=True)
    (mouse / "type").write_text("Battery\n")
    (mouse / "scope").write_text("Device\n")
    (mouse / "capacity").write_text("3\n")

    def lever(supply: Supply) -> Power:
        (plug / "type").write_text("Mains\n")
        (plug / "online").write_text("0\n" if supply.on_battery else "1\n")
        (battery / "type").write_text("Battery\n")
        (battery / "status").write_text("Discharging\n" if supply.on_battery else "Charging\n")
        (battery / "capacity").write_text(f"{supply.percent}\n")
        (battery / "capacity_level").write_text("Critical\n" if supply.low else "Normal\n")
        if supply.minutes is not None:
            (battery / "time_to_empty_now").write_text(f"{supply.minutes * 60 + 20}\n")
        return SysfsPower(folder)

    yield lever


def nut(folder: Path) -> Iterator[Lever]:
    """Debian's own upsd, with the UPS that NUT ships for tests."""
    if not (_DRIVER.exists() and _SERVER.exists()):
        pytest.skip("needs nut-server")
    port = free_port()
    state, pids = folder / "state", folder / "pids"
    state.mkdir(parents=True)
    pids.mkdir()
    (folder / "ups.conf").write_text(f"[house]\ndriver = dummy-ups\nport = {folder / 'house.dev'}\n")
    (folder / "upsd.conf").write_text(f"LISTEN 127.0.0.1 {port}\n")
    (folder / "upsd.users").write_text("")
    for path in folder.glob("*.*"):
        path.chmod(0o640)
    (folder / "house.dev").write_text("ups.status: OL\nbattery.charge: 100\nbattery.runtime: 3600\n")
    environment = {
        **os.environ,
        "NUT_CONFPATH": str(folder),
        "NUT_STATEPATH": str(state),
        "NUT_ALTPIDPATH": str(pids),
    }
    driver = subprocess.Popen(
        [str(_DRIVER), "-a", "house", "-D", "-u", "root"], env=environment, stderr=subprocess.DEVNULL
    )
    server = subprocess.Popen([str(_SERVER), "-D", "-u", "root"], env=environment, stderr=subprocess.DEVNULL)
    power = NutPower(f"127.0.0.1:{port}")

    def lever(supply: Supply) -> Power:
        words = ["OB" if supply.on_battery else "OL", *(["LB"] if supply.low else [])]
        said = [f"ups.status: {' '.join(words)}", f"battery.charge: {supply.percent}"]
        said += [] if supply.minutes is None else [f"battery.runtime: {supply.minutes * 60 + 20}"]
        (folder / "house.dev").write_text("\n".join(said) + "\n")
        until(lambda: power.read() == supply)
        return power

    try:
        until(lambda: power.read().is_known)
        yield lever
    finally:
        for child in (server, driver):
            child.terminate()
            ended(child)


@pytest.fixture(scope="module", params=[simulated, kernel, nut], ids=lambda made: made.__name__)
def lever(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lever]:
    yield from request.param(tmp_path_factory.mktemp("power") / "house")


@pytest.mark.parametrize(
    ("supply", "little", "empty"),
    [
        (Supply(on_battery=False, percent=100, minutes=60), False, False),
        (Supply(on_battery=False, percent=5, minutes=2), False, False),
        (Supply(on_battery=True, percent=90, minutes=50), False, False),
        (Supply(on_battery=True, percent=40, minutes=12), True, False),
        (Supply(on_battery=True, percent=20, minutes=2), True, True),
        (Supply(on_battery=True, percent=60, minutes=40, low=True), True, True),
    ],
)
def test_what_feeds_the_box_is_told(lever: Lever, supply: Supply, little: bool, empty: bool) -> None:
    told = lever(supply).read()
    assert told == supply
    assert (told.is_known, told.is_little, told.is_empty) == (True, little, empty)
