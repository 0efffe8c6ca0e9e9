"""Ask something during the talk: one page behind the pass, and what became of what one asked."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.errors import MatineeError
from appliance.ids import QuestionId, new_secret
from appliance.model.question import LONGEST_QUESTION, OVER_A_QUESTION, QuestionState
from webui.look.problem import sentence_of
from webui.portal.holders import holder_of
from webui.portal.portal import here, in_turn, tonight

pages = Blueprint("questions", __name__)

_TURNS = 5
"""Whoever asks without end waits soon."""
_THEIRS = frozenset(
    {
        "audience.no_question",
        "audience.question_too_long",
        "audience.questions_wait",
        "audience.questions_full",
    }
)
"""What is wrong with what was typed; all else is said on a page of its own."""
_SAID = frozenset({"asked", "back"})
"""What ``?just=`` may say: how the tap that led here ended."""


@pages.get("/pass/<capability>/questions")
def own(capability: str) -> str:
    """A field for a question while they are taken, and what this pass asked."""
    return _page(capability)


@pages.post("/pass/<capability>/questions")
def ask(capability: str) -> Response | tuple[str, int]:
    """Take one; pressed twice it is one question."""
    in_turn("question", _TURNS)
    attendee, evening = holder_of(capability), tonight()
    if attendee.event != evening.event.id:
        raise MatineeError("portal.other_evening")
    if evening.talk is None:
        raise MatineeError("audience.no_talk")
    form = request.form
    try:
        here().questions.ask(
            evening.event.id, evening.talk, attendee.id, form.get("text", ""), form.get("nonce", "")
        )
    except MatineeError as wrong:
        if wrong.key not in _THEIRS:
            raise
        return _page(capability, sentence_of(wrong)), HTTPStatus.UNPROCESSABLE_ENTITY
    return _back(capability, "asked")


@pages.post("/pass/<capability>/questions/<question>/back")
def take_back(capability: str, question: str) -> Response:
    """They would rather not have asked; where there is nothing to take back, nothing happens."""
    in_turn("question", _TURNS)
    off_the_screen(here().questions.take_back(holder_of(capability).id, QuestionId(question)))
    return _back(capability, "back")


def off_the_screen(gone: Sequence[str]) -> None:
    """If one of those stands on the screen it goes; while the show does not answer the crew takes it off."""
    if not gone:
        return
    with suppress(MatineeError):
        stands = here().show.status().callout
        if stands is not None and stands.over in OVER_A_QUESTION.values() and stands.text in gone:
            here().show.call_out("")


def _back(capability: str, said: str) -> Response:
    return redirect(url_for("questions.own", capability=capability, just=said), HTTPStatus.SEE_OTHER)


def _page(capability: str, wrong: str = "") -> str:
    attendee, evening = holder_of(capability), tonight()
    just = request.args.get("just", "")
    return render_template(
        "portal/questions.html",
        event=evening.event,
        capability=capability,
        of_tonight=attendee.event == evening.event.id,
        open=evening.talk is not None,
        asked=here().questions.of(attendee.event, attendee.id),
        state=QuestionState,
        just=just if just in _SAID else "",
        text=request.form.get("text", ""),
        nonce=new_secret(),
        longest=LONGEST_QUESTION,
        wrong=wrong,
    )
