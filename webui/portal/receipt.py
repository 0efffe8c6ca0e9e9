"""What an attendee agreed to: to read, to take back, to have forgotten. By their page or by their pass."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.audience.consent import Act, ConsentReceipt, purposes_from, sentences_of
from appliance.audience.passes import NO_PASS, PassStatement
from appliance.audience.receipts import Receipts
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId
from webui.portal.holders import holder_of
from webui.portal.passes import stated_by
from webui.portal.portal import here, in_turn
from webui.portal.questions import off_the_screen

pages = Blueprint("receipt", __name__)

_SAID = frozenset(Act)
"""What ``?just=`` may say."""


@pages.get("/pass/<capability>/receipt")
def own(capability: str) -> str:
    """The receipt of who holds this page."""
    return _page(holder_of(capability).id, url_for("receipt.change_own", capability=capability))


@pages.post("/pass/<capability>/receipt")
def change_own(capability: str) -> Response:
    """Keep what is still ticked, or forget everything."""
    in_turn("receipt")
    holder = holder_of(capability)
    _change(holder.event, holder.id)
    return _done(url_for("receipt.own", capability=capability, just=_act()))


@pages.get("/p/<statement>/receipt")
def by_pass(statement: str) -> str:
    """The same for whoever shows a pass, also one that another box of the organiser made."""
    _stated(statement)
    return _page(None, url_for("receipt.change_by_pass", statement=statement))


@pages.post("/p/<statement>/receipt")
def change_by_pass(statement: str) -> Response:
    """Take everything back, or forget everything: what was ticked may stand on another box."""
    in_turn("receipt")
    stated = _stated(statement)
    _change(stated.event, stated.attendee)
    return _done(url_for("receipt.by_pass", statement=statement, just=_act()))


def _change(event: EventId, attendee: AttendeeId) -> None:
    if _is_erasure():
        off_the_screen(here().questions.forget(attendee))
        here().polls.forget(attendee)
        _receipts().erase(event, attendee)
    else:
        _receipts().keep_only(event, attendee, purposes_from(request.form))


def _stated(statement: str) -> PassStatement:
    """What the pass of who wants to change their mind says; an invitation is no pass of who holds it."""
    stated = stated_by(statement)
    if stated.kind in NO_PASS:
        raise MatineeError("audience.not_our_pass")
    return stated


def _page(attendee: AttendeeId | None, action: str) -> str:
    """``attendee`` None: of a pass, which anybody may have seen, nothing is shown."""
    receipt = None if attendee is None else here().rows.receipt(attendee)
    evening = here().events.tonight()
    just = request.args.get("just", "")
    return render_template(
        "portal/receipt.html",
        event=evening.event if evening is not None else None,
        action=action,
        receipt=receipt,
        consent=ConsentReceipt.of(receipt) if receipt is not None else None,
        asked=sentences_of(receipt.wording.text) if receipt is not None else {},
        just=just if just in _SAID else "",
    )


def _is_erasure() -> bool:
    return request.form.get("act") == Act.ERASED


def _act() -> Act:
    return Act.ERASED if _is_erasure() else Act.WITHDREW


def _receipts() -> Receipts:
    receipts = here().receipts
    if receipts is None:
        raise MatineeError("sealing.no_recipient")
    return receipts


def _done(where: str) -> Response:
    return redirect(where, HTTPStatus.SEE_OTHER)
