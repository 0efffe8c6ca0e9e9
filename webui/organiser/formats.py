"""A new event from one of the formats: which one, in what kind of room, and what is still open."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.manifest.editing import written
from provisioning import templating
from provisioning.cloud.event_draft import free_id
from webui.organiser.window import here

pages = Blueprint("formats", __name__)

_FILM = re.compile(r'^film = "([^"]+)"$', re.MULTILINE)


@pages.get("/events/format")
def form() -> str:
    """What the chosen format leaves open."""
    return _page("", {})


@pages.post("/events/format")
def make() -> ResponseReturnValue:
    """Make the event, if nothing is open any more."""
    try:
        event = here().events.bring(_text())
    except MatineeError as fault:
        return _page(fault.sentence, request.form), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(f"/events/{event}", HTTPStatus.SEE_OTHER)


def _text() -> str:
    """The whole manifest, with the films that were chosen in place of the format's own names."""
    form = request.form
    answers: dict[str, str | datetime] = {**_ours(), **dict(_said(form))}
    title, starts = answers.get("title"), answers.get("starts")
    if isinstance(title, str) and isinstance(starts, datetime):
        taken = {one.id for one in here().events.events()}
        answers["id"] = free_id(templating.event_id(title, starts), taken)
    text = templating.new_evening(form.get("format", ""), form.get("room", ""), answers)
    return _FILM.sub(lambda found: f"film = {written(form.get(f'film-{found[1]}') or found[1])}", text)


def _said(form: Mapping[str, str]) -> Iterator[tuple[str, str | datetime]]:
    for name, value in form.items():
        if name.startswith("hole-") and (said := value.strip()):
            hole = name.removeprefix("hole-")
            yield hole, templating.when(said) if hole == "starts" else said


def _ours() -> dict[str, str | datetime]:
    """What is known of the organiser already."""
    identity = here().folder.identity()
    return {"organiser": identity.name, "contact": identity.contact}


def _page(fault: str, said: Mapping[str, str]) -> str:
    asked = said or request.args
    chosen = templating.chosen(asked.get("format", ""))
    room = asked.get("room", "") or chosen.venue
    text = templating.new_evening(chosen.id, room, _ours())
    return render_template(
        "organiser/event_format.html",
        chosen=chosen,
        room=room,
        rooms=templating.venues(),
        holes=templating.open_holes(text),
        wanted=list(dict.fromkeys(_FILM.findall(text))),
        programme=[item.get("title", "") for item in tomllib.loads(text)["item"]],
        films=here().films.films(),
        said=said,
        fault=fault,
    )
