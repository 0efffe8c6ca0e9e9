"""`matinee front`: nginx before portal and console, as systemd starts it on the box."""

from __future__ import annotations

import signal
import threading

import click

from appliance import config, log
from appliance.clock import RealClock
from appliance.front.door import FrontDoor
from appliance.front.name_key import ensure_name_key
from appliance.paths import Paths


@click.command()
@click.option("--key", is_flag=True, help="Print the key for `matinee cloud certificate --for`, and end.")
@click.pass_obj
def front(paths: Paths, *, key: bool) -> None:
    """Run nginx before portal and console until told to stop; `matinee dev` goes without it."""
    log.configure()
    paths.ensure()
    if key:
        click.echo(ensure_name_key(paths))
        return
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    FrontDoor(paths, config.load(paths), RealClock()).run(stop)
