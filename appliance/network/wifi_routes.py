"""How others reach the desk of the venue's Wi-Fi; never on the keeper's thread, as radios take their time."""

from __future__ import annotations

from pathlib import Path

from appliance.clock import Clock
from appliance.config import NetworkTable
from appliance.ipc.network_client import Begun, JoinWish
from appliance.ipc.server import Request, Route
from appliance.network.fallback import Fallback, has_other_way, own_wifi
from appliance.network.venue_wifi import VenueRadio, Wanted
from appliance.network.venue_wifi_nm import NetworkManagerRadio
from appliance.network.venue_wifi_none import SimulatedVenueRadio
from appliance.network.wifi_desk import WifiDesk
from appliance.paths import Paths

_ROUTES = Path("/proc/net/route")


def venue_radio(settings: NetworkTable) -> VenueRadio:
    """The radio that is the way out, kept by NetworkManager; of a box without one, none."""
    if settings.uplink != "radio" or not settings.uplink_interface:
        return SimulatedVenueRadio()
    return NetworkManagerRadio(settings.uplink_interface)


def fallback_of(settings: NetworkTable, radio: VenueRadio, paths: Paths, clock: Clock) -> Fallback | None:
    """The box's own Wi-Fi for when nothing else leads to it; None where that radio is not ours to use."""
    if not settings.fallback or settings.uplink != "radio" or not isinstance(radio, NetworkManagerRadio):
        return None
    if settings.interface == settings.uplink_interface:
        return None  # the attendees' network stands on it

    def other_way() -> bool:
        return has_other_way(_ROUTES.read_text("ascii"), settings.uplink_interface)

    return Fallback(radio, own_wifi(settings.ssid, paths.keys), other_way, clock)


def wifi_routes(desk: WifiDesk) -> list[Route]:
    """What the network service answers about it."""

    def scan(_request: Request) -> Begun:
        desk.scan()
        return Begun()

    def join(request: Request) -> Begun:
        wish = request.decode(JoinWish)
        desk.join(Wanted(wish.ssid, wish.password, wish.hidden))
        return Begun()

    def forget(request: Request) -> Begun:
        desk.forget(request.decode(JoinWish).ssid)
        return Begun()

    return [
        Route("GET", "/wifi", lambda _: desk.view(), direct=True),
        Route("GET", "/wifi/own", lambda _: desk.own(), direct=True),
        Route("POST", "/wifi/scan", scan, direct=True),
        Route("POST", "/wifi/join", join, direct=True),
        Route("POST", "/wifi/forget", forget, direct=True),
    ]
