"""Paper of an evening that is being written: running order, poster with the Wi-Fi's code, door sheet."""

from __future__ import annotations

from flask import Blueprint, Response, make_response
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.model.event import Event
from appliance.model.network_view import NetworkMode
from appliance.paper.event_sheets import door_sheet, running_order
from appliance.paper.poster_pdf import Poster, poster_pdf
from appliance.paper.sheet_pdf import slip_pdf
from provisioning.draft_state import look
from webui.console.console import here
from webui.console.guard import staff_only
from webui.console.let_in import wifi_code
from webui.console.setup_event import on_card

pages = Blueprint("setup_event_paper", __name__)


@pages.get("/setup/event/<draft>/running-order.pdf")
@staff_only()
def order(draft: str) -> ResponseReturnValue:
    """Every part with its times."""
    lengths = {film.name: film.duration_ms for film in on_card()}
    return _file(slip_pdf(running_order(_event(draft), lengths), wide=True), "running-order")


@pages.get("/setup/event/<draft>/door.pdf")
@staff_only()
def door(draft: str) -> ResponseReturnValue:
    """What whoever stands there has to know."""
    return _file(slip_pdf(door_sheet(_event(draft)), wide=True), "door")


@pages.get("/setup/event/<draft>/poster.pdf")
@staff_only()
def poster(draft: str) -> ResponseReturnValue:
    """For the door: its code brings a phone onto the Wi-Fi, else to the page."""
    event, network = _event(draft), here().config.network
    address = here().own.portal()
    hotspot = network.mode == NetworkMode.HOTSPOT
    page = Poster(
        event.title,
        (
            f"{event.starts:%A %-d %B %Y}",
            f"Doors {event.doors:%H:%M}, start {event.starts:%H:%M}",
            event.venue.name,
            event.venue.place,
            *event.venue.access[:1],
        ),
        wifi_code(network.ssid) if hotspot else f"{address}/",
        f"Wi-Fi: {network.ssid}\nThen: {address}" if hotspot else address,
    )
    return _file(poster_pdf(page), "poster")


def _event(draft: str) -> Event:
    state = look(here().drafts.get(draft).text)
    if state.event is None:
        raise state.fault or MatineeError("draft.unknown")
    return state.event


def _file(content: bytes, name: str) -> Response:
    response = make_response(content)
    response.mimetype = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return response
