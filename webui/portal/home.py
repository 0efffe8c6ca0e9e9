"""The first page, with the sign-up form on it; and taking the form."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.audience import signup
from appliance.audience.capability import attendee_of, checked_nonce
from appliance.errors import MatineeError
from appliance.ids import new_secret
from webui.look.problem import sentence_of
from webui.portal.holders import NOBODYS, by_words
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("home", __name__)

_WRONG_FIELD = {
    "audience.name_too_long": "name",
    "audience.bad_email": "email",
    "audience.news_without_email": "email",
}
"""Which field a sentence belongs beside."""


@pages.get("/")
def first() -> str:
    """The evening, and the form."""
    return _page({"nonce": new_secret()})


@pages.get("/join")
def form_again() -> Response:
    """A page that was opened again, or gone back to, begins anew."""
    return redirect(url_for("home.first"), HTTPStatus.SEE_OTHER)


@pages.post("/join")
def join() -> Response | tuple[str, int]:
    """Take a sign-up; the pass is one page on. What is wrong stands beside its field.

    Nobody agrees to what was not on their page: a form of another evening or other words is shown again.
    """
    in_turn("join")
    evening = tonight()
    sign_ups = here().sign_ups
    if sign_ups is None:
        raise MatineeError("sealing.no_recipient")
    wording = here().shown(evening.event, request.form.get("wording", ""))
    if wording is None or request.form.get("event") != evening.event.id:
        typed = {"nonce": checked_nonce(request.form.get("nonce", "")), **_typed(request.form)}
        return _page(typed, changed=True), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        form = signup.parse(request.form)
    except MatineeError as fault:
        if fault.key not in _WRONG_FIELD:
            raise
        return _page(
            request.form, {_WRONG_FIELD[fault.key]: sentence_of(fault)}
        ), HTTPStatus.UNPROCESSABLE_ENTITY
    done = sign_ups.take(evening.event.id, form, wording)
    just = "joined" if done.fresh else "again"
    return redirect(url_for("passes.own", capability=done.capability, just=just), HTTPStatus.SEE_OTHER)


@pages.post("/again")
def again() -> Response | tuple[str, int]:
    """Lead who types their four words to tonight's page of theirs."""
    try:
        capability = by_words(request.form.get("code", ""))
    except MatineeError as wrong:
        if wrong.key not in NOBODYS:
            raise
        page = _page({"nonce": new_secret()}, {"code": sentence_of(wrong)})
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("passes.own", capability=capability), HTTPStatus.SEE_OTHER)


@pages.get("/again")
def code_again() -> Response:
    """The same for that page."""
    return redirect(url_for("home.first"), HTTPStatus.SEE_OTHER)


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    """What somebody typed, without what they ticked."""
    return {name: fields.get(name, "") for name in ("name", "email")}


def _page(typed: Mapping[str, str], wrong: dict[str, str] | None = None, *, changed: bool = False) -> str:
    evening = here().events.tonight()
    if evening is None:
        return render_template("portal/no_event.html")
    return render_template(
        "portal/home.html",
        own_address=here().address,
        event=evening.event,
        offers=bool(evening.event.drops),
        typed=typed,
        wrong=wrong or {},
        changed=changed,
        ready=here().sign_ups is not None,
        wording=here().wording(evening.event),
        code=here().words.of(attendee_of(typed["nonce"])),
        plain=request.scheme == "http",
        longest_name=signup.LONGEST_NAME,
        longest_email=signup.LONGEST_EMAIL,
    )
