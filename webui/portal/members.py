"""The call to become a member, and the thank-you of a friend who came."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from appliance.audience.passes import PassKind
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.store.audience_rows import AttendeeRow
from webui.look.problem import sentence_of
from webui.portal.evening import Tonight
from webui.portal.holders import NOBODYS, by_words, holder_of
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("members", __name__)


def call_for(evening: Tonight, attendee: AttendeeRow) -> str:
    """What the pass page of ``attendee`` calls them to; empty: nothing, or they were asked often enough."""
    if not evening.asks or attendee.event != evening.event.id:
        return ""
    try:
        return evening.asks if here().community.may_be_asked(evening.event, attendee) else ""
    except MatineeError as fault:
        if fault.key != "store.not_saved":  # what can not be counted is not asked
            raise
        return ""


@pages.get("/pass/<capability>/call")
def call(capability: str) -> ResponseReturnValue:
    """The call, as a part of a pass page that is open already; 204 if there is none for them."""
    attendee, evening = holder_of(capability), tonight()
    words = call_for(evening, attendee)
    if not words:
        return "", HTTPStatus.NO_CONTENT
    return render_template(
        "portal/call.html", event=evening.event, capability=capability, call=words, nonce=new_secret()
    )


@pages.post("/pass/<capability>/not-now")
def not_now(capability: str) -> Response:
    """They are not asked again tonight."""
    in_turn("claim")
    attendee, event = holder_of(capability), tonight().event
    if attendee.event != event.id:
        raise MatineeError("portal.other_evening")
    here().community.decline(event, attendee)
    return redirect(url_for("passes.own", capability=capability), HTTPStatus.SEE_OTHER)


@pages.get("/p/<statement>/thanks")
def thanks(statement: str) -> str:
    """Whom a friend thanks: they say which pass of tonight is theirs."""
    return _page(statement)


@pages.post("/p/<statement>/thanks")
def thank(statement: str) -> ResponseReturnValue:
    """Count the friend for who types the four words of their own pass of tonight, if they invited them."""
    try:
        capability = by_words(request.form.get("code", ""))
    except MatineeError as wrong:
        if wrong.key not in NOBODYS:
            raise
        return _page(statement, sentence_of(wrong)), HTTPStatus.UNPROCESSABLE_ENTITY
    here().community.thank(tonight().event, holder_of(capability), here().desk.reader.read(statement))
    own = url_for("passes.own", capability=capability, just="thanked")
    return make_response(redirect(own, HTTPStatus.SEE_OTHER))


def _page(statement: str, wrong: str = "") -> str:
    if here().desk.reader.read(statement).kind is not PassKind.THANKS:
        raise MatineeError("audience.not_thanks")
    return render_template("portal/thanks.html", event=tonight().event, statement=statement, wrong=wrong)
