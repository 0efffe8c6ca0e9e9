"""What the room asks: the host reads it, puts one on the screen, and goes on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from http import HTTPStatus

import msgspec
from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from appliance.errors import MatineeError
from appliance.model.question import OVER_A_QUESTION, Question, Questions, QuestionState
from webui.console.console import here
from webui.console.desk import EVERYBODY
from webui.console.guard import SHOW_ROLES, signed_in, staff_only
from webui.look.problem import sentence_of

pages = Blueprint("desk_questions", __name__)

_WAITING = frozenset({QuestionState.SHOWN, QuestionState.WAITS})


@pages.get("/desk/questions")
@staff_only(EVERYBODY)
def questions() -> ResponseReturnValue:
    """All that was asked: what is on the screen, what waits, what is done."""
    return _page()


@pages.get("/desk/questions/list")
@staff_only(EVERYBODY)
def listed() -> ResponseReturnValue:
    """The part of the page that is asked for again and again; 204 while nothing changed."""
    try:
        found = here().questions.all()
    except MatineeError:
        return "", HTTPStatus.NO_CONTENT
    if request.args.get("seen") == _mark(found):
        return "", HTTPStatus.NO_CONTENT
    return make_response(_list(found))


@pages.post("/desk/questions/<question>/screen")
@staff_only(SHOW_ROLES)
def screen(question: str) -> ResponseReturnValue:
    """Over what is on, where all can read it."""

    def deed() -> None:
        asked = _asked(question)
        over = OVER_A_QUESTION.get(here().house.look().language, OVER_A_QUESTION["en"])
        here().watch.take(here().show.call_out(asked.text, over))
        here().questions.become(asked.id, QuestionState.SHOWN)

    return _act(deed)


@pages.post("/desk/questions/<question>/<state>")
@staff_only(EVERYBODY)
def become(question: str, state: str) -> ResponseReturnValue:
    """Said aloud, answered, put aside, or waiting after all; off the screen, if it stands there."""
    if state not in set(QuestionState):
        raise BadRequest

    def deed() -> None:
        asked = _asked(question)
        _take_off(asked, stays=QuestionState(state) is QuestionState.SHOWN)
        here().questions.become(asked.id, QuestionState(state))

    return _act(deed)


def _asked(question: str) -> Question:
    found = next((one for one in here().questions.all().all if one.id == question), None)
    if found is None:
        raise MatineeError("audience.question_gone")
    return found


def _take_off(asked: Question, *, stays: bool) -> None:
    """Take this question off the screen, or, if it ``stays``, another one that stands there; nothing else."""
    stands = here().show.status().callout
    if stands is None or stands.over not in OVER_A_QUESTION.values():
        return
    if (stands.text == asked.text) != stays:
        here().watch.take(here().show.call_out(""))


def _act(deed: Callable[[], None]) -> ResponseReturnValue:
    try:
        deed()
    except MatineeError as fault:
        return _page(fault)
    return redirect(url_for("desk_questions.questions"), HTTPStatus.SEE_OTHER)


def _page(fault: MatineeError | None = None) -> ResponseReturnValue:
    try:
        found = here().questions.all()
    except MatineeError as away:
        found, fault = Questions(), fault or away
    page = render_template(
        "console/desk_questions.html",
        wrong="" if fault is None else sentence_of(fault),
        **_shown(found),
    )
    return make_response(page, HTTPStatus.OK if fault is None else HTTPStatus.CONFLICT)


def _list(found: Questions) -> str:
    return render_template("console/desk_questions_list.html", **_shown(found))


def _shown(found: Questions) -> dict[str, object]:
    waiting = [one for one in found.all if one.state in _WAITING]
    waiting.sort(key=lambda one: one.state is not QuestionState.SHOWN)
    return {
        "questions": found,
        "waiting": waiting,
        "done": [one for one in found.all if one.state not in _WAITING],
        "state": QuestionState,
        "mark": _mark(found),
        "runs_show": signed_in().staff.role in SHOW_ROLES,
    }


def _mark(found: Questions) -> str:
    """Another one whenever the list looks different."""
    return hashlib.sha256(msgspec.json.encode(found)).hexdigest()[:16]
