"""Rehearsal on Setup: what the box found, what it asks, the test film, the lists with their times."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST
from appliance.model import setup_list
from appliance.model.event import Event
from appliance.model.rehearsal import QUESTIONS, Outcome
from appliance.model.rehearsal_fails import CHECK_WORDS, Check
from provisioning.rehearsal_film import EVENT
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_rehearsal", __name__)

_FIRST = (Outcome.BAD, Outcome.CARE, Outcome.WELL, Outcome.ABSENT)
"""What somebody has to see to stands above what is well."""
_ANSWERS = {"yes": True, "no": False}


@pages.get("/setup/rehearsal")
@staff_only()
def show() -> ResponseReturnValue:
    """Where the rehearsal of tonight's evening stands."""
    return _page()


@pages.post("/setup/rehearsal/begin")
@staff_only()
def begin() -> ResponseReturnValue:
    """The box looks at itself; then it asks."""
    here().rehearsals.begin(_tonight())
    return _back()


@pages.post("/setup/rehearsal/look")
@staff_only()
def look() -> ResponseReturnValue:
    """Once more, after something was mended."""
    here().rehearsals.look_again(_tonight())
    return _back()


@pages.post("/setup/rehearsal/answers")
@staff_only()
def answers() -> ResponseReturnValue:
    """Somebody looked and listened; what they left out is asked again. After the last the evening is back."""
    event = _tonight()
    for check in here().rehearsals.state(event).waiting:
        said = request.form.get(check)
        if said in _ANSWERS:
            here().rehearsals.answer(event, check, well=_ANSWERS[said])
    if here().rehearsals.state(event).waiting:
        return _back("asked")
    try:
        here().test_film.back()
    except MatineeError as fault:
        return _page(fault), HTTPStatus.CONFLICT
    return _back()


@pages.post("/setup/rehearsal/again/<check>")
@staff_only()
def again(check: str) -> ResponseReturnValue:
    """Ask that once more."""
    here().rehearsals.again(_tonight(), _check(check))
    return _back("asked")


@pages.post("/setup/rehearsal/film")
@staff_only()
def film() -> ResponseReturnValue:
    """The test film onto the wall."""
    try:
        here().test_film.play(_tonight().id)
    except MatineeError as fault:
        return _page(fault), HTTPStatus.CONFLICT
    return _back("film")


@pages.post("/setup/rehearsal/back")
@staff_only()
def back() -> ResponseReturnValue:
    """The evening's own card onto the wall again."""
    try:
        here().test_film.back()
    except MatineeError as fault:
        return _page(fault), HTTPStatus.CONFLICT
    return _back("film")


@pages.get("/setup/rehearsal/film")
@staff_only()
def filming() -> ResponseReturnValue:
    """How far the test film is: the part of the page that is asked for again and again."""
    return render_template("console/setup_rehearsal_film.html", film=here().test_film.state())


def _page(fault: MatineeError | None = None) -> str:
    try:
        event = _tonight()
    except MatineeError as none:
        return render_template("console/setup_rehearsal.html", event=None, refused=none)
    state = here().rehearsals.state(event)
    return render_template(
        "console/setup_rehearsal.html",
        event=event,
        state=state,
        findings=sorted(state.findings, key=lambda finding: _FIRST.index(finding.outcome)),
        words=CHECK_WORDS,
        questions=QUESTIONS,
        set_up=setup_list.before(event),
        tear_down=setup_list.after(event),
        film=here().test_film.state(),
        refused=fault,
    )


def _tonight() -> Event:
    """The evening that the show stands by with, also while the test film is on; ``rehearsal.none``."""
    loaded = here().house.look().event
    event = EventId(here().test_film.state().event if loaded == EVENT else loaded)
    path = here().paths.events / event / MANIFEST
    if not event or not path.is_file():
        raise MatineeError("rehearsal.none")
    return event_manifest.read(path)


def _check(said: str) -> Check:
    try:
        return Check(said)
    except ValueError as fault:
        raise MatineeError("rehearsal.no_check") from fault


def _back(anchor: str = "") -> ResponseReturnValue:
    return redirect("/setup/rehearsal" + (f"#{anchor}" if anchor else ""), HTTPStatus.SEE_OTHER)
