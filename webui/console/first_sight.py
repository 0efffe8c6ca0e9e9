"""Looks at the box for the projector: what ``first_light`` makes words of."""

from __future__ import annotations

from appliance.clock import ClockTrust
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ipc.console_client import FirstLight
from appliance.ipc.server import Route
from appliance.model.network_view import NetworkMode
from appliance.requested import Requests, Wanted
from webui.console.console import Console
from webui.console.first_light import Sight, light
from webui.console.own_address import own_address

HTTP = 80
_LONGEST_REPORT = 120


def first_light_route(console: Console) -> Route:
    """What the show asks while the screen is not the audience's."""
    return Route("GET", "/first-light", lambda _: first_light(console))


def first_light(console: Console) -> FirstLight:
    """As of now."""
    config = console.config
    sight = Sight(
        setup=setup_address(console),
        invitation=invitation(console),
        wifi=config.network.ssid if config.network.mode is NetworkMode.HOTSPOT else "",
        offered=console.pairing.offered(),
        lost=console.pairing.lost() and console.sessions.somebody(),
        house=console.house.look(),
        coming=_coming(console),
        issues=console.vitals.issues(),
        report=report(console),
        own_wifi=_own_wifi(console),
        trusted_clock=console.clock.trust is not ClockTrust.NONE or not _has_guests(config),
    )
    return light(sight, console.clock.now())


def setup_address(console: Console) -> str:
    """Where Setup is for who comes by wire."""
    if not _has_guests(console.config):
        return f"{by_wire(console.config, own_address())}/setup"
    return f"http://matinee-{console.config.box.id}.local/setup"


def invitation(console: Console) -> str:
    """What a camera opens: on the attendees' network the door, elsewhere the page itself."""
    offered = console.pairing.offered()
    if _has_guests(console.config):
        return "" if offered.taken else console.admissions.first_invitation()
    if not offered.code:
        return ""
    return f"{by_wire(console.config, own_address())}/pair?code={offered.code.replace(' ', '')}"


def by_wire(config: Config, own: str) -> str:
    """Where the pages are for who comes by wire; ``own``: the address that the venue's router gave, if any.

    On a box nginx stands before them, in `matinee dev` nothing.
    """
    if not config.portal.accel:
        return config.console.address
    port = "" if config.front.http == HTTP else f":{config.front.http}"
    return f"http://{own or f'matinee-{config.box.id}.local'}{port}"


def _has_guests(config: Config) -> bool:
    """Whether attendees have a network of their own, with nginx before the pages; not in `matinee dev`."""
    return config.network.mode is not NetworkMode.NONE or bool(config.front.guests)


def report(console: Console) -> str:
    """The first line of what became of the last boot file or stick."""
    lines = Requests(console.paths.requests).text(Wanted.REPORT).splitlines()
    return lines[0][:_LONGEST_REPORT] if lines else ""


def _own_wifi(console: Console) -> tuple[str, str]:
    if console.config.network.uplink != "radio":
        return "", ""
    try:
        view = console.network.own_wifi()
    except MatineeError:
        return "", ""
    return view.own_ssid, view.own_password


def _coming(console: Console) -> str:
    try:
        return console.sync.status().on_idle_screen
    except MatineeError:
        return ""
