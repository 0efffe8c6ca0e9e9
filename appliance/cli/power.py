"""`matinee power`: what feeds the box; with --watch the orderly stop when its battery is nearly empty."""

from __future__ import annotations

import logging
import signal
import subprocess
import threading

import click

from appliance import config, log
from appliance.clock import RealClock
from appliance.health.powering import is_there_any, open_power
from appliance.health.powering import watch as watch_power
from appliance.paths import Paths

_log = logging.getLogger(__name__)

_OFF = ("/usr/bin/systemctl", "poweroff")


@click.command()
@click.option("--watch", is_flag=True, help="Look on while there is a battery: off before it is empty.")
@click.pass_obj
def power(paths: Paths, *, watch: bool) -> None:
    """Say what feeds the box, as the kernel and, where one is named, a UPS server tell it."""
    nut = config.load(paths).power.nut
    supply = open_power(nut)
    if not watch:
        click.echo(f"Power: {supply.read().words}")
        return
    log.configure()
    if not is_there_any(nut):
        _log.info("no battery and no ups server: nothing to watch")  # udev begins us anew when one comes
        return
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    watch_power(supply, RealClock(), stopping, _stop)


def _stop() -> None:
    """Every service is told to end, and ends well; then the board is off."""
    subprocess.run(_OFF, check=False)
