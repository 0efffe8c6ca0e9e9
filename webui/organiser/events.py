"""The list of events, one event, a new one."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import EventId
from provisioning import templating
from provisioning.cloud.event_draft import Draft
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.works import publish_ask
from webui.organiser.start import next_step
from webui.organiser.window import here

pages = Blueprint("events", __name__)


@pages.get("/")
def events() -> ResponseReturnValue:
    """Every event; before the first steps are done, the next of them."""
    step = next_step()
    if step:
        return redirect(f"/start/{step}", HTTPStatus.SEE_OTHER)
    return render_template("organiser/events.html", events=here().events.events())


@pages.get("/events/new")
def new() -> str:
    """The form."""
    return _form({}, "")


@pages.post("/events/new")
def make() -> ResponseReturnValue:
    """Make an event of the form, or of a whole event.toml."""
    shelf = here().events
    try:
        whole = request.files.get("manifest")
        if whole is not None and whole.filename:
            event = shelf.bring(whole.stream.read().decode("utf-8-sig", "replace"))
        else:
            event = shelf.draft(_draft())
    except MatineeError as fault:
        return _form(request.form.to_dict(), fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(f"/events/{event}", HTTPStatus.SEE_OTHER)


@pages.get("/events/<event>")
def event(event: str) -> str:
    """One event: what is in it, whether its films are here, whether it is out."""
    return _event(event)


@pages.post("/events/<event>/text")
def write(event: str) -> ResponseReturnValue:
    """Replace its event.toml by what was typed, if it is right."""
    text = request.form.get("text", "").replace("\r\n", "\n")
    try:
        here().events.write(EventId(event), text)
    except MatineeError as fault:
        return _event(event, text, fault.sentence), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(f"/events/{event}", HTTPStatus.SEE_OTHER)


@pages.post("/events/<event>/publish")
def publish(event: str) -> ResponseReturnValue:
    """Begin to publish it."""
    found = here().events.find(event)
    if found.event is None:
        raise MatineeError("organiser.no_event", event=event)
    here().events.ready(event)
    here().jobs.start(publish_ask(event, found.event.title))
    return redirect(f"/events/{event}", HTTPStatus.SEE_OTHER)


def _event(event: str, text: str = "", fault: str = "") -> str:
    window = here()
    found = window.events.find(event)
    shelf = {film.name: film for film in window.films.films()}
    wanted = found.event.films if found.event is not None else ()
    return render_template(
        "organiser/event.html",
        found=found,
        text=text or window.events.manifest(event).read_text("utf-8"),
        fault=fault,
        board=window.folder.identity().board,
        films=[(name, shelf.get(name)) for name in wanted],
        missing=[name for name in wanted if name not in shelf],
        publish_key=ensure_publish_key(window.folder.folder).public_key,
    )


def _form(form: dict[str, str], fault: str) -> str:
    return render_template(
        "organiser/event_new.html",
        form=form, fault=fault, films=here().films.films(), formats=templating.templates(),
    )  # fmt: skip


def _draft() -> Draft:
    form, identity = request.form, here().folder.identity()
    title, venue = form.get("title", "").strip(), form.get("venue", "").strip()
    if not title or not venue:
        raise MatineeError("organiser.no_title")
    try:
        starts = datetime.fromisoformat(form.get("starts", "")).astimezone()  # this computer's own zone
    except ValueError as fault:
        raise MatineeError("organiser.bad_time") from fault
    capacity = form.get("capacity", "")
    return Draft(
        title=title,
        starts=starts,
        venue=venue,
        place=form.get("place", "").strip(),
        capacity=int(capacity) if capacity.isdecimal() else 50,
        text=form.get("text", "").strip().replace("\r\n", "\n"),
        films=form.getlist("film"),
        talk=bool(form.get("talk")),
        organiser=identity.name,
        contact=identity.contact,
    )
