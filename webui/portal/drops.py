"""Offers: what there is, how many are left, and taking one."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.model.drop import Drop
from appliance.model.event import Event
from webui.portal.offer_view import offers_of
from webui.portal.passes import holder_of
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("drops", __name__)


@pages.get("/drops")
def drops() -> str:
    """Every offer with its true stock."""
    evening = tonight()
    return render_template("portal/drops.html", event=evening.event, drops=offers_of(evening))


@pages.post("/drops/<drop_id>/claim")
def claim(drop_id: str) -> Response:
    """Take one for who holds the capability in the form; the answer stands on their pass page."""
    in_turn("claim")
    evening = tonight()
    capability = request.form.get("pass", "")
    attendee = holder_of(capability)
    drop = _offered(evening.event, drop_id)
    if attendee.event != evening.event.id:
        raise MatineeError("portal.other_evening")
    result = here().offers.claim(
        evening.event.id,
        drop,
        attendee.id,
        request.form.get("nonce", ""),
        is_open=drop.id in evening.open_drops,
    )
    target = url_for("passes.own", capability=capability, just=result, _anchor=f"offer-{drop.id}")
    return redirect(target, HTTPStatus.SEE_OTHER)


def _offered(event: Event, drop_id: str) -> Drop:
    try:
        return event.drop(DropId(drop_id))
    except KeyError as unknown:
        raise MatineeError("portal.no_such_offer") from unknown
