"""The process `network`. This far it makes the box findable; the radio is left to the host it runs on."""

from __future__ import annotations

from importlib.metadata import version

from appliance.clock import RealClock
from appliance.config import Config
from appliance.ipc.server import Route
from appliance.model.network_view import NetworkView, RadioState
from appliance.network.announcer_zeroconf import ZeroconfAnnouncer
from appliance.paths import Paths, Service
from appliance.runtime.service import ServiceLoop
from appliance.store.database import Database
from appliance.store.network_rows import NetworkRows

_RETRY_S = 5.0


def run_network(paths: Paths, config: Config) -> None:
    """Serve until stopped."""
    clock = RealClock()
    loop = ServiceLoop(Service.NETWORK, paths, clock)
    rows = NetworkRows(Database.open_owner(paths.database(Service.NETWORK), Service.NETWORK))
    rows.radio_became(RadioState.NONE, clock.now())
    announcer = ZeroconfAnnouncer(
        config.box.id, config.portal.port, config.network.addresses, version("matinee"), config.network.films
    )

    def view() -> NetworkView:
        return NetworkView(
            rows.radio() or RadioState.NONE, f"matinee-{config.box.id}.local", announcer.announced
        )

    loop.serve([Route("GET", "/status", lambda _: view())])
    loop.every(_RETRY_S, announcer.ensure_announced)
    try:
        loop.run()
    finally:
        announcer.withdraw()
        rows.database.close()
