"""An attendee's own page behind their capability, and what a pass's QR code opens."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appliance.audience.offers import ClaimResult
from appliance.audience.passes import PassKind, PassStatement
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.gate import Holding
from appliance.store.audience_rows import AttendeeRow
from webui.look.gate_words import gated
from webui.look.problem import sentence_of
from webui.look.qr import QR_KINDS, qr_file
from webui.portal.evening import Tonight
from webui.portal.feedback import may_speak
from webui.portal.holders import holder_of
from webui.portal.members import call_for
from webui.portal.offer_view import OfferState, OfferView, asking, offers_of
from webui.portal.portal import here, in_turn, tonight
from webui.portal.running_order import running_order

pages = Blueprint("passes", __name__)

DESK_MARK = "matinee_desk"
"""A cookie without a secret: this phone signed in as staff at the console of the same name."""

_SAID = {"joined", "again", "thanked", *ClaimResult}
"""What ``?just=`` may say: how the tap that led here ended."""


def stated_by(statement: str) -> PassStatement:
    """What a pass of this organiser states, even one that ran out; ``audience.*`` if it is none."""
    return here().desk.reader.read(statement, expired_too=True)


@pages.get("/pass/<capability>")
def own(capability: str) -> str:
    """The pass, what they hold, what is on, and what they agreed to."""
    portal = here()
    attendee = holder_of(capability)
    evening = tonight()
    of_tonight = attendee.event == evening.event.id
    just = request.args.get("just", "")
    statement = portal.desk.pass_of(attendee, evening.event)
    stated = portal.desk.reader.read(statement)
    held = Holding(stated.tier, stated.stamps, len(stated.rewards), stated.kind is PassKind.ATTENDED)
    return render_template(
        "portal/pass.html",
        event=evening.event,
        of_tonight=of_tonight,
        address=f"{portal.address}/pass/{capability}",
        code=portal.pass_address(statement),
        capability=capability,
        nonce=new_secret(),
        just=just if just in _SAID else "",
        drops=_offers(evening, attendee, held) if of_tonight else [],
        takes_questions=any(item.questions for item in evening.event.programme.items),
        talk=evening.talk,
        poll=evening.poll,
        asks_how=may_speak(evening, attendee),
        may_be_told=portal.community.may_be_told(attendee),
        call=call_for(evening, attendee),
        thanks=_thanks(attendee),
        gate_words=lambda gate: gated(evening.event, gate),
        lines=running_order(evening),
        words=portal.words.of(attendee.id),
        stated=stated,
        tier_title=next((one.title for one in evening.event.tiers if one.id == stated.tier), stated.tier),
        came=stated.kind is PassKind.ATTENDED,
        filmed=evening.event.is_filmed if of_tonight else portal.clips.were_made(attendee.event),
        invitation=portal.pass_address(portal.desk.invitation_of(attendee)) if of_tonight else "",
    )


@pages.get("/pass/<capability>/pass.<kind>")
def picture(capability: str, kind: str) -> ResponseReturnValue:
    """The code of the pass as a picture to keep: PNG or SVG."""
    portal = here()
    attendee = holder_of(capability)
    if kind not in QR_KINDS:
        raise MatineeError("portal.no_such_pass")
    response = make_response(
        qr_file(portal.pass_address(portal.desk.pass_of(attendee, tonight().event)), kind)
    )
    response.mimetype = QR_KINDS[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="pass-{attendee.event}.{kind}"'
    return response


@pages.get("/p/<statement>")
def check(statement: str) -> ResponseReturnValue:
    """Say whether that is a pass, and of which evening; a signed-in steward's phone is led to the desk.

    It names nobody.
    """
    if DESK_MARK in request.cookies:
        return redirect(f"{_desk_address()}/p/{statement}", HTTPStatus.SEE_OTHER)
    evening = here().events.tonight()
    try:
        stated = here().desk.reader.read(statement)
    except MatineeError as fault:
        page = render_template("portal/check.html", verdict="none", sentence=sentence_of(fault))
        return page, HTTPStatus.NOT_FOUND
    if stated.kind is PassKind.THANKS:
        return redirect(url_for("members.thanks", statement=statement), HTTPStatus.SEE_OTHER)
    event = evening.event if evening is not None else None
    if stated.kind is PassKind.REFERRAL:
        verdict = "invited"
    else:
        verdict = "tonight" if event is not None and event.id == stated.event else "other"
    return render_template(
        "portal/check.html", verdict=verdict, event=event, stated=stated, statement=statement,
        nonce=new_secret(), desk=_desk_address(),
    )  # fmt: skip


@pages.post("/p/<statement>")
def take(statement: str) -> Response:
    """Give a pass of tonight to who has an earlier one, or an invitation. It asks for no name."""
    in_turn("join")
    stated = here().desk.reader.read(statement)
    event = tonight().event
    if stated.kind is PassKind.THANKS:
        raise MatineeError("audience.not_our_pass")
    if stated.event == event.id and stated.kind is not PassKind.REFERRAL:
        raise MatineeError("audience.brought_already")
    capability = here().desk.bringing.take(event.id, stated, request.form.get("nonce", ""))
    to_pass = url_for("passes.own", capability=capability, just="joined")
    return make_response(redirect(to_pass, HTTPStatus.SEE_OTHER))


@pages.get("/door")
def count() -> str:
    """How full the room is, for everybody; and what the venue says of access and of where one sees well."""
    event = tonight().event
    return render_template("portal/door.html", event=event, view=here().desk.door.view(event))


def _offers(evening: Tonight, attendee: AttendeeRow, held: Holding) -> list[OfferView]:
    """What they may take; which way each is put to them is counted first, if that can be written down."""
    views = offers_of(evening, asking(evening, attendee.id, held))
    put = [view.drop for view in views if view.state is OfferState.OPEN and not (view.locked or view.mine)]
    try:
        here().voices.show(attendee.event, attendee.id, put)
    except MatineeError as fault:
        if fault.key != "store.not_saved":
            raise
    return views


def _thanks(attendee: AttendeeRow) -> str:
    """The address that who invited them opens; empty: nobody did, or they were not let in yet."""
    statement = here().desk.thanks_of(attendee)
    return f"{here().pass_address(statement)}/thanks" if statement else ""


def _desk_address() -> str:
    """The console, under the name that this phone uses if it is one of the console's."""
    console = here().console
    return (
        console if urlsplit(console).hostname == urlsplit(request.host_url).hostname else here().own.staff()
    )
