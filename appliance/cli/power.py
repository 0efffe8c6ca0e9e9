"""`matinee power`: what feeds the box; with --watch the orderly stop when its battery is nearly empty."""

from __future__ import annotations

import signal
import subprocess
import threading

import click

from appliance import config, log
from appliance.clock import RealClock
from appliance.health.powering import open_power
from appliance.health.powering import watch as watch_power
from appliance.paths import Paths

_OFF = ("/usr/bin/systemctl", "poweroff")


@click.command()
@click.option("--watch", is_flag=True, help="Look on, and switch the box off before its battery is empty.")
@click.pass_obj
def power(paths: Paths, *, watch: bool) -> None:
    """Say what feeds the box, as the kernel and, where one is named, a UPS server tell it."""
    supply = open_power(config.load(paths).power.nut)
    if not watch:
        click.echo(f"Power: {supply.read().words}")
        return
    log.configure()
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    watch_power(supply, RealClock(), stopping, _stop)


def _stop() -> None:
    """Every service is told to end, and ends well; then the board is off."""
    subprocess.run(_OFF, check=False)
