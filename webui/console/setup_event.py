"""The evening on Setup: begin with a template, see the draft and what is open, take it onto the box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import MANIFEST
from appliance.model.event import Event
from appliance.paths import Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.media_store import StoredMedia
from provisioning import cloning, templating
from provisioning.draft_state import look
from provisioning.loading import list_events
from webui.console.console import here
from webui.console.guard import staff_only
from webui.console.setup_event_view import view
from webui.console.setup_films import arriving

pages = Blueprint("setup_event", __name__)

_FILM = re.compile(r'\bfilm = "([^"]*)"')


@pages.get("/setup/event")
@staff_only()
def begin() -> ResponseReturnValue:
    """What is being written, what is on the box, and what to begin with."""
    return _begin()


@pages.post("/setup/event/new")
@staff_only()
def new() -> ResponseReturnValue:
    """A draft of a template."""
    said = request.form
    try:
        starts = said.get("starts", "").strip()
        packed = here().packs.templates()
        answers: dict[str, str | datetime] = {"title": said.get("title", "").strip()}
        if starts:
            answers["starts"] = templating.when(starts)
        text = templating.new_evening(said.get("template", ""), said.get("venue", ""), answers, packed)
    except MatineeError as fault:
        return _begin(fault, said), HTTPStatus.UNPROCESSABLE_ENTITY
    return to(here().drafts.make(text).id)


@pages.post("/setup/event/copy")
@staff_only()
def copy() -> ResponseReturnValue:
    """A draft of an evening that is on the box: to change it, or for its next venue and day."""
    event, starts = EventId(request.form.get("event", "")), request.form.get("starts", "").strip()
    if event not in {known.id for known in list_events(here().paths)}:
        raise MatineeError("draft.no_event")
    text = event_manifest.read_text(here().paths.events / event / MANIFEST)
    if starts:
        text = cloning.clone(text, templating.when(starts), {}).text
    return to(here().drafts.make(text).id)


@pages.get("/setup/event/<draft>")
@staff_only()
def show(draft: str) -> ResponseReturnValue:
    """The whole of it on one page."""
    return page(draft)


@pages.post("/setup/event/<draft>/answers")
@staff_only()
def answers(draft: str) -> ResponseReturnValue:
    """What was left open, and which film on the card each of the programme's is; onto the box, if asked."""
    kept = here().drafts.get(draft)
    try:
        text = _with_films(_filled(kept.text))
    except MatineeError as fault:
        return page(draft, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    here().drafts.save(draft, text)
    return load(draft) if request.form.get("then") == "take" else to(draft)


def _filled(text: str) -> str:
    """The draft with what was said of its holes; ``template.no_moment``."""
    state = look(text)
    said: dict[str, str | datetime] = {}
    for hole in state.open:
        word = request.form.get(f"hole-{hole.name}", "").strip()
        if word:
            said[hole.name] = templating.when(word) if hole.name == "starts" else word
    if not said:
        return text
    tables = state.tables.get("event", {})
    known: dict[str, str | datetime] = {
        key: tables[key] for key in ("title", "starts") if "‹" not in str(tables.get(key, "‹"))
    }
    return templating.fill(text, {**known, **said})


def _with_films(text: str) -> str:
    """The draft with films of the card in place of its own; ``draft.films_missing``."""
    chosen = {
        field.removeprefix("film-"): film
        for field, film in request.form.items()
        if field.startswith("film-") and film
    }
    strangers = set(chosen.values()) - {film.name for film in on_card()}
    if strangers:
        raise MatineeError("draft.films_missing", names=", ".join(sorted(strangers)))
    return _FILM.sub(lambda found: f'film = "{chosen.get(found[1], found[1])}"', text)


@pages.post("/setup/event/<draft>/undo")
@staff_only()
def undo(draft: str) -> ResponseReturnValue:
    """The last step back."""
    here().drafts.undo(draft)
    return to(draft)


@pages.post("/setup/event/<draft>/drop")
@staff_only()
def drop(draft: str) -> ResponseReturnValue:
    """Nobody wants it any more."""
    here().drafts.drop(draft)
    return redirect("/setup/event", HTTPStatus.SEE_OTHER)


@pages.post("/setup/event/<draft>/load")
@staff_only()
def load(draft: str) -> ResponseReturnValue:
    """Onto the box, and the show stands by with it."""
    films = {film.name: film.sha256 for film in on_card()}
    try:
        here().load_desk.take(draft, here().drafts.get(draft).text, films)
    except MatineeError as fault:
        return page(draft, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return to(draft, "load")


@pages.get("/setup/event/<draft>/load")
@staff_only()
def loading(draft: str) -> ResponseReturnValue:
    """How far it is: the part of the page that is asked for again and again."""
    return render_template("console/setup_event_load.html", draft=draft, loading=here().load_desk.state())


def page(draft: str, fault: MatineeError | None = None) -> str:
    """The draft, with what was refused just now."""
    kept = here().drafts.get(draft)
    state = look(kept.text)
    cards = on_card()
    return render_template(
        "console/setup_event.html",
        draft=kept.id,
        text=kept.text,
        steps=kept.steps,
        state=state,
        view=view(state, {film.name: film.duration_ms for film in cards}),
        cards=[film.name for film in cards],
        said=request.form if fault is not None else {},
        refused=fault,
        **arriving(),
        loading=here().load_desk.state(),
    )


def keep(draft: str, text: str, anchor: str = "") -> ResponseReturnValue:
    """Save the next step and show it."""
    here().drafts.save(draft, text)
    return to(draft, anchor)


def to(draft: str, anchor: str = "") -> ResponseReturnValue:
    """The draft's page."""
    where = f"/setup/event/{draft}#{anchor}" if anchor else f"/setup/event/{draft}"
    return redirect(where, HTTPStatus.SEE_OTHER)


def on_card() -> list[StoredMedia]:
    """Films of the card, by their names; none before sync has run."""
    path = here().paths.database(Service.SYNC)
    try:
        database = Database.open_reader(path)
    except MatineeError as fault:
        if fault.key != "store.missing":
            raise
        return []
    try:
        return sorted(MediaRows(database, here().clock).all(), key=lambda film: film.name)
    finally:
        database.close()


def _begin(fault: MatineeError | None = None, said: Mapping[str, str] | None = None) -> str:
    drafts = [(draft.id, _title(draft.text)) for draft in here().drafts.all()]
    return render_template(
        "console/setup_event_begin.html",
        drafts=drafts,
        events=_events(),
        templates=templating.templates(),
        packs=here().packs.all(),
        venues=templating.venues(),
        refused=fault,
        said=said or {},
    )


def _title(text: str) -> str:
    title = look(text).tables.get("event", {}).get("title", "")
    return "Not named yet" if "‹" in title or not title else str(title)


def _events() -> list[Event]:
    try:
        return list_events(here().paths)
    except MatineeError:
        return []  # one of them is of a newer Matinee
