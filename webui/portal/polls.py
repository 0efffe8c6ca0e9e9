"""Answer the question on the screen: one page behind the pass, one answer, to be changed while it stands."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.errors import MatineeError
from webui.portal.holders import holder_of
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("polls", __name__)

_TURNS = 3
"""One phone is one pass; whoever makes passes to vote with makes few."""


@pages.get("/pass/<capability>/poll")
def own(capability: str) -> str:
    """The question with its answers, and which one is theirs."""
    attendee, evening = holder_of(capability), tonight()
    of_tonight = attendee.event == evening.event.id
    poll = evening.poll if of_tonight else None
    return render_template(
        "portal/poll.html",
        event=evening.event,
        capability=capability,
        of_tonight=of_tonight,
        poll=poll,
        chosen=None if poll is None else here().polls.answer_of(poll, attendee.id),
        just=request.args.get("just", ""),
    )


@pages.post("/pass/<capability>/poll")
def answer(capability: str) -> Response:
    """Take it; another one takes its place, the same one changes nothing."""
    in_turn("poll", _TURNS)
    attendee, evening = holder_of(capability), tonight()
    if attendee.event != evening.event.id:
        raise MatineeError("portal.other_evening")
    poll = evening.poll
    if poll is None or request.form.get("item") != poll.item:
        raise MatineeError("audience.no_poll")
    here().polls.answer(evening.event.id, poll, attendee.id, request.form.get("answer", ""))
    return redirect(url_for("polls.own", capability=capability, just="answered"), HTTPStatus.SEE_OTHER)
