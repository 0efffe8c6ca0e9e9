"""The desk: stewards let people in, by the phone's own camera, a hand scanner, or what is typed."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.model.door import DoorDone, DoorView, DoorWish, Person
from appliance.store.console_rows import Role
from webui.console.console import here
from webui.console.guard import SHOW_ROLES, signed_in, staff_only
from webui.look.problem import sentence_of

pages = Blueprint("desk", __name__)

EVERYBODY = frozenset(Role)
"""Whoever is signed in may stand at the door."""

_TICKED = "yes"
_MOST_PEOPLE_DIGITS = 3


@pages.get("/desk")
@staff_only(EVERYBODY)
def desk() -> ResponseReturnValue:
    """How full it is, and a field for whatever is scanned or typed."""
    return show()


@pages.get("/p/<statement>")
@staff_only(EVERYBODY)
def by_camera(statement: str) -> ResponseReturnValue:
    """What the code of a pass opens on a signed-in phone: who that is, and a button to let them in."""
    try:
        person = here().portal.look(statement)
    except MatineeError as fault:
        return show(fault=fault)
    return show(person=person, text=statement)


@pages.post("/desk/enter")
@staff_only(EVERYBODY)
def enter() -> ResponseReturnValue:
    """Let somebody in."""
    return _act(here().portal.enter)


@pages.post("/desk/leave")
@staff_only(EVERYBODY)
def leave() -> ResponseReturnValue:
    """Somebody goes out."""
    return _act(here().portal.leave)


@pages.post("/desk/walk-in")
@staff_only(EVERYBODY)
def walk_in() -> ResponseReturnValue:
    """Let in somebody who has nothing to show."""
    return _act(here().portal.walk_in)


@pages.post("/desk/undo/<act>")
@staff_only(EVERYBODY)
def undo(act: str) -> ResponseReturnValue:
    """Take an act back."""
    return _act(lambda asked: here().portal.undo(act, asked))


def wish() -> DoorWish:
    """What the form says; ``door.override_is_the_operators`` if it is not theirs to say."""
    form = request.form
    override = form.get("override") == _TICKED
    role = signed_in().staff.role
    if override and role not in SHOW_ROLES:
        raise MatineeError("door.override_is_the_operators")
    people = form.get("people", "1").strip()
    return DoorWish(
        nonce=form.get("nonce", ""),
        text=form.get("text", ""),
        subject=form.get("subject", ""),
        people=int(people) if people.isdecimal() and len(people) < _MOST_PEOPLE_DIGITS else 0,
        access_place=form.get("access_place") == _TICKED,
        override=override,
        staff=role,
    )


def show(
    done: DoorDone | None = None,
    fault: MatineeError | None = None,
    person: Person | None = None,
    text: str = "",
    *,
    access_place: bool = False,
) -> ResponseReturnValue:
    """The page, with what was just done, or why not, or who stands there."""
    try:
        view = here().portal.door()
    except MatineeError as away:
        view, fault = DoorView(), fault or _away(away)
    page = render_template(
        "console/desk.html",
        view=view,
        done=done,
        person=person,
        text=text,
        access_place=access_place,
        wrong="" if fault is None else sentence_of(fault),
        nonce=new_secret,
        runs_show=signed_in().staff.role in SHOW_ROLES,
        portal=here().config.portal.address,
        low=[offer for offer in here().house.look().offers if offer.low or offer.waiting],
    )
    status = HTTPStatus.OK
    if fault is not None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if fault.key == "door.no_desk" else HTTPStatus.CONFLICT
    return make_response(page, status)


def _act(act: Callable[[DoorWish], DoorDone]) -> ResponseReturnValue:
    """Carry it out, durably, and say so; or say why not. The form sent twice is one act."""
    try:
        asked = wish()
        done = act(asked)
    except MatineeError as fault:
        return show(fault=_away(fault))
    return show(done=done, text=asked.text, access_place=asked.access_place)


def _away(fault: MatineeError) -> MatineeError:
    """What a steward is told while the portal does not answer."""
    return MatineeError("door.no_desk") if fault.key in {"ipc.not_running", "ipc.timeout"} else fault
