"""One table of a draft as a form: made, changed, moved, taken out."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from appliance.errors import MatineeError
from appliance.manifest import editing
from provisioning.draft_state import DraftState, look
from webui.console.console import here
from webui.console.guard import staff_only
from webui.console.setup_event import keep
from webui.console.setup_event_fields import Section, said, values
from webui.console.setup_event_forms import SECTIONS

pages = Blueprint("setup_event_edit", __name__)

_NEW = "new"


@pages.get("/setup/event/<draft>/<table>/<at>")
@staff_only()
def form(draft: str, table: str, at: str) -> ResponseReturnValue:
    """The table as it stands, or an empty one."""
    section = _section(table)
    state = look(here().drafts.get(draft).text)
    rows = _rows(state, section)
    row = {} if at == _NEW or (not section.many and not rows) else rows[_number(at, len(rows))]
    return _form(draft, section, at, {field.key: said(field, row.get(field.key)) for field in section.fields})


@pages.post("/setup/event/<draft>/<table>/<at>")
@staff_only()
def change(draft: str, table: str, at: str) -> ResponseReturnValue:
    """Write it, if it makes nothing wrong that was right before."""
    section = _section(table)
    kept = here().drafts.get(draft)
    try:
        told = values(section, request.form)
        if at == _NEW:
            text = editing.append(kept.text, table, told)
        else:
            text = editing.change(kept.text, table, _number(at), told)
        _require_no_worse(kept.text, text)
    except MatineeError as fault:
        return _form(draft, section, at, request.form, fault), HTTPStatus.UNPROCESSABLE_ENTITY
    return keep(draft, text, table)


@pages.post("/setup/event/<draft>/<table>/<at>/move")
@staff_only()
def move(draft: str, table: str, at: str) -> ResponseReturnValue:
    """To another place of the same list."""
    _section(table)
    kept = here().drafts.get(draft)
    text = editing.move(kept.text, table, _number(at), _number(request.form.get("to", "")))
    return keep(draft, text, table)


@pages.post("/setup/event/<draft>/<table>/<at>/remove")
@staff_only()
def remove(draft: str, table: str, at: str) -> ResponseReturnValue:
    """Out of the list; Undo brings it back."""
    _section(table)
    kept = here().drafts.get(draft)
    text = editing.remove(kept.text, table, _number(at))
    _require_no_worse(kept.text, text)
    return keep(draft, text, table)


def _form(
    draft: str, section: Section, at: str, told: Mapping[str, str], fault: MatineeError | None = None
) -> str:
    return render_template(
        "console/setup_event_form.html", draft=draft, section=section, at=at, told=told, refused=fault
    )


def _require_no_worse(before: str, after: str) -> None:
    """Raise what is wrong ``after`` and was not before: somebody can mend a draft step by step."""
    fault = look(after).fault
    known = look(before).fault
    if fault is not None and (known is None or known.facts.get("fault") != fault.facts.get("fault")):
        raise fault


def _section(table: str) -> Section:
    if table not in SECTIONS:
        raise NotFound
    return SECTIONS[table]


def _rows(state: DraftState, section: Section) -> list[Mapping[str, object]]:
    found = state.tables.get(section.table, [])
    return found if isinstance(found, list) else [found]


def _number(said: str, count: int | None = None) -> int:
    if not said.isascii() or not said.isdigit() or (count is not None and int(said) >= count):
        raise MatineeError("draft.moved_on")
    return int(said)
