"""The process `network`, the only privileged one: keeps the attendees' network, makes the box findable."""

from __future__ import annotations

from importlib.metadata import version

from appliance.clock import RealClock
from appliance.config import Config
from appliance.front.certificate import standing
from appliance.ipc.network_client import Address
from appliance.ipc.server import Request, Route
from appliance.network.announcer_zeroconf import ZeroconfAnnouncer
from appliance.network.announcers import Announcers
from appliance.network.clear import stopping
from appliance.network.keeper import Keeper
from appliance.network.opening import open_parts
from appliance.network.tonight import Tonight
from appliance.network.watch import NetworkWatch
from appliance.network.wifi_desk import WifiDesk
from appliance.network.wifi_routes import fallback_of, venue_radio, wifi_routes
from appliance.paths import Paths, Service
from appliance.requested import Requests
from appliance.runtime.service import ServiceLoop
from appliance.store.database import Database
from appliance.store.network_rows import NetworkRows

_ROUND_S = 2.0


def run_network(paths: Paths, config: Config) -> None:
    """Serve until stopped; then the network is as it was. ``network.missing``, ``network.no_country``."""
    clock = RealClock()
    loop = ServiceLoop(Service.NETWORK, paths, clock)
    rows = NetworkRows(Database.open_owner(paths.database(Service.NETWORK), Service.NETWORK))

    def certificate() -> str:
        found = standing(paths, clock.now(), clock.trust)
        return found.name if found is not None else ""

    parts = open_parts(paths, config, clock, Tonight(paths, config.network).rule, certificate)
    keeper = Keeper(config, parts)
    announcers = Announcers(lambda address: _announcer(config, address))
    radio = venue_radio(config.network)
    wifi = WifiDesk(
        radio,
        config.network.country,
        Requests(paths.requests),
        clock,
        fallback_of(config.network, radio, paths, clock),
    )
    view = NetworkWatch(config, keeper, parts, announcers, paths)

    def round_() -> None:
        keeper.round()
        announcers.want((*config.network.addresses, *keeper.own_addresses))
        rows.radio_became(keeper.radio.state, clock.now())

    loop.serve([Route("GET", "/status", lambda _: view.now()), *_routes(keeper), *wifi_routes(wifi)])
    loop.every(_ROUND_S, round_)
    loop.on_bell(round_)
    announcers.start()
    wifi.start()
    try:
        loop.run()
    finally:
        wifi.stop()
        announcers.withdraw()
        with stopping(paths):
            keeper.stop()
        rows.database.close()


def _routes(keeper: Keeper) -> list[Route]:
    def about(request: Request) -> str:
        return request.decode(Address).address

    return [
        Route("GET", "/clients/{address}", lambda asked: keeper.client(asked.parts["address"]), direct=True),
        Route("POST", "/clients/release", lambda request: keeper.release(about(request))),
        Route("POST", "/clients/revoke", lambda request: keeper.revoke(about(request))),
        Route("POST", "/staff/admit", lambda request: keeper.admit_staff(about(request))),
        Route("POST", "/staff/dismiss", lambda request: keeper.dismiss_staff(about(request))),
    ]


def _announcer(config: Config, address: str) -> ZeroconfAnnouncer:
    return ZeroconfAnnouncer(
        config.box.id, config.portal.port, (address,), version("matinee"), config.network.films
    )
