"""Offers: what there is, how many are left; taking one, waiting for one, giving it back."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.audience.offers import ClaimResult
from appliance.audience.windows import Window, members_only_until
from appliance.errors import MatineeError
from appliance.ids import DropId
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.model.gate import opens
from appliance.store.audience_rows import AttendeeRow
from webui.portal.evening import Tonight
from webui.portal.holders import holder_of
from webui.portal.offer_view import offers_of, windows_of
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
    return _wanted(drop_id, here().shop.offers.claim)


@pages.post("/drops/<drop_id>/wait")
def wait(drop_id: str) -> Response:
    """Stand in line for one that may come free."""
    return _wanted(drop_id, here().shop.offers.wait)


@pages.post("/drops/<drop_id>/give-back")
def give_back(drop_id: str) -> Response:
    """Give back what is not collected yet, or leave the line."""
    evening, attendee, drop = _asked(drop_id)
    return _told(drop, here().shop.offers.give_back(evening.event.id, drop, attendee.id))


@pages.post("/drops/<drop_id>/wish")
def wish(drop_id: str) -> Response:
    """They would have taken one; ``tell``: they want to hear of it; ``undo``: they think otherwise."""
    evening, attendee, drop = _asked(drop_id)
    if request.form.get("undo"):
        here().community.unwish(evening.event, drop, attendee)
    else:
        here().community.wish(evening.event, drop, attendee, tell=bool(request.form.get("tell")))
    target = url_for("passes.own", capability=request.form.get("pass", ""), _anchor=f"offer-{drop.id}")
    return redirect(target, HTTPStatus.SEE_OTHER)


def _wanted(drop_id: str, ask: Callable[..., ClaimResult]) -> Response:
    """``ask`` the shop for one of it, if it is for them now."""
    evening, attendee, drop = _asked(drop_id)
    when, form = windows_of(evening)[drop.id], request.form
    said = _kept_from(evening, attendee, drop, when) or ask(
        evening.event.id,
        drop,
        attendee.id,
        form.get("nonce", ""),
        is_open=when.is_open,
        variant=form.get("variant", ""),
    )
    return _told(drop, said)


def _kept_from(evening: Tonight, attendee: AttendeeRow, drop: Drop, when: Window) -> ClaimResult | None:
    """Why it is not for them now, wherever and whoever they are; None: it is."""
    if when.elsewhere:
        return ClaimResult.ELSEWHERE
    if not (drop.gate.is_free or opens(drop.gate, here().desk.holdings.holding(attendee, evening.event))):
        return ClaimResult.LOCKED
    members_only = members_only_until(drop, when, here().clock.now()) is not None
    if members_only and not here().desk.tier_of(attendee, evening.event):
        return ClaimResult.MEMBERS_FIRST
    return None


def _asked(drop_id: str) -> tuple[Tonight, AttendeeRow, Drop]:
    in_turn("claim")
    evening = tonight()
    attendee = holder_of(request.form.get("pass", ""))
    drop = _offered(evening.event, drop_id)
    if attendee.event != evening.event.id:
        raise MatineeError("portal.other_evening")
    return evening, attendee, drop


def _told(drop: Drop, result: ClaimResult) -> Response:
    capability = request.form.get("pass", "")
    target = url_for("passes.own", capability=capability, just=result, _anchor=f"offer-{drop.id}")
    return redirect(target, HTTPStatus.SEE_OTHER)


def _offered(event: Event, drop_id: str) -> Drop:
    try:
        return event.drop(DropId(drop_id))
    except KeyError as unknown:
        raise MatineeError("portal.no_such_offer") from unknown
