"""`matinee run SERVICE`: one service, as systemd starts it."""

from __future__ import annotations

import click

from appliance import config, log
from appliance.clock import RealClock
from appliance.paths import Paths, Service
from appliance.runtime.memory import import_for_good, keep_large_apart, share_heaps
from appliance.runtime.threads import add_up_alone, end_with_any_thread

HOMES = {
    Service.SHOW: "appliance.show.service",
    Service.PLAYER: "appliance.player.service",
    Service.PORTAL: "webui.portal.service",
    Service.CONSOLE: "webui.console.service",
    Service.CAPTURE: "appliance.capture.service",
    Service.SYNC: "appliance.sync.service",
    Service.NETWORK: "appliance.network.service",
}
"""Where each service's ``run_NAME(paths, config)`` lives: imported only in its own process."""


@click.command()
@click.argument("service", type=click.Choice([service.value for service in Service]))
@click.pass_obj
def run(paths: Paths, service: str) -> None:
    """Run one service until it is told to stop, as systemd starts it."""
    log.configure()
    end_with_any_thread()
    add_up_alone()
    if service == Service.PLAYER:
        keep_large_apart()
    else:
        share_heaps()  # not the player: its decoders' many threads are fastest with a heap each
    paths.ensure()
    settings = config.load(paths)
    run_service = getattr(import_for_good(HOMES[Service(service)]), f"run_{service}")
    if service == Service.PLAYER:
        run_service(paths, RealClock(), settings)  # its tests hold the clock
    else:
        run_service(paths, settings)
