"""How it was: one number and, if one likes, a few words; once for each pass, when the evening ends."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from appliance.audience.voices import LONGEST_SIGNED, LONGEST_WORDS, MOST_SCORE, opinion
from appliance.errors import MatineeError
from appliance.store.audience_rows import AttendeeRow
from webui.look.problem import sentence_of
from webui.portal.evening import Tonight
from webui.portal.holders import NOBODYS, by_words, holder_of
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("feedback", __name__)


def may_speak(evening: Tonight, attendee: AttendeeRow) -> bool:
    """Whether the pass page of ``attendee`` asks how it was."""
    if not evening.ends or attendee.event != evening.event.id:
        return False
    return not here().voices.has_said(attendee.event, attendee.id)


@pages.get("/feedback")
def who() -> str:
    """For who has no pass page open: their four words lead to it."""
    return render_template("portal/feedback_code.html", event=tonight().event, wrong="")


@pages.post("/feedback")
def lead() -> Response | tuple[str, int]:
    """To their own page, by their four words."""
    try:
        capability = by_words(request.form.get("code", ""))
    except MatineeError as wrong:
        if wrong.key not in NOBODYS:
            raise
        page = render_template("portal/feedback_code.html", event=tonight().event, wrong=sentence_of(wrong))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("feedback.own", capability=capability), HTTPStatus.SEE_OTHER)


@pages.get("/pass/<capability>/feedback")
def own(capability: str) -> str:
    """The question; or thanks for the answer."""
    return _page(capability)


@pages.post("/pass/<capability>/feedback")
def say(capability: str) -> Response | tuple[str, int]:
    """Count the answer; pressed twice it is one answer."""
    in_turn("feedback")
    attendee, evening = holder_of(capability), tonight()
    if attendee.event != evening.event.id:
        raise MatineeError("portal.other_evening")
    if not evening.ends:
        raise MatineeError("audience.too_early")
    try:
        form = request.form
        release = release_words() if form.get("print") == "yes" else ""
        said = opinion(form.get("score", ""), form.get("words", ""), release, form.get("signed", ""))
    except MatineeError as wrong:
        return _page(capability, sentence_of(wrong)), HTTPStatus.UNPROCESSABLE_ENTITY
    here().voices.say(attendee.event, attendee.id, said)
    return redirect(url_for("feedback.own", capability=capability), HTTPStatus.SEE_OTHER)


def release_words() -> str:
    """By which somebody lets what they wrote be printed: it goes up with what they wrote."""
    return str(gettext("The organiser may print what I wrote, with the name below if I write one."))


def _page(capability: str, wrong: str = "") -> str:
    attendee, evening = holder_of(capability), tonight()
    of_tonight = attendee.event == evening.event.id
    return render_template(
        "portal/feedback.html",
        event=evening.event,
        capability=capability,
        of_tonight=of_tonight,
        ends=evening.ends,
        said=of_tonight and here().voices.has_said(attendee.event, attendee.id),
        takes_words=here().voices.takes_words,
        scores=range(MOST_SCORE + 1),
        score=request.form.get("score", ""),
        words=request.form.get("words", ""),
        release=release_words(),
        may_print=request.form.get("print") == "yes",
        signed=request.form.get("signed", ""),
        longest_signed=LONGEST_SIGNED,
        longest=LONGEST_WORDS,
        wrong=wrong,
    )
