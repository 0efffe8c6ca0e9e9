"""Papers of the evenings to come: how each stands, and its copy, which never leaves the box unasked."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.health.permits import audited
from appliance.model.event import Event
from appliance.model.permit import Finding
from provisioning.permit_shelf import LARGEST_BYTES, PDF, PermitShelf
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_permits", __name__)
_FORM_BYTES = 4096


@pages.get("/setup/permits")
@staff_only()
def permits() -> ResponseReturnValue:
    """All of them, those that need somebody first."""
    return _page()


@pages.before_request
def _room() -> None:
    request.max_content_length = LARGEST_BYTES + _FORM_BYTES


@pages.post("/setup/permits/<event>/<permit>")
@staff_only()
def keep(event: str, permit: str) -> ResponseReturnValue:
    """Its copy, from a scanner or a phone's camera."""
    _one(event, permit)
    sent = request.files.get("file")
    try:
        _shelf().keep(event, permit, b"" if sent is None else sent.stream.read(LARGEST_BYTES + 1))
    except MatineeError as fault:
        return make_response(_page(f"{event}:{permit}", fault.sentence), HTTPStatus.BAD_REQUEST)
    return redirect(f"/setup/permits#{event}-{permit}", HTTPStatus.SEE_OTHER)


@pages.post("/setup/permits/<event>/<permit>/drop")
@staff_only()
def drop(event: str, permit: str) -> ResponseReturnValue:
    """It is overwritten and gone."""
    _one(event, permit)
    _shelf().drop(event, permit)
    return redirect(f"/setup/permits#{event}-{permit}", HTTPStatus.SEE_OTHER)


@pages.get("/setup/permits/<event>/<permit>")
@staff_only()
def show(event: str, permit: str) -> ResponseReturnValue:
    """The copy itself, for who was asked for it at the door."""
    kept = _shelf().find(event, permit)
    if kept is None:
        raise MatineeError("permits.unknown")
    response = make_response(kept.path.read_bytes())
    response.mimetype = kept.media_type
    response.headers["Content-Disposition"] = f'inline; filename="{kept.path.name}"'
    if kept.media_type != PDF:  # in a sandbox Safari shows no PDF; its viewer is one itself
        response.headers["Content-Security-Policy"] = (
            "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
        )
    response.headers["Cache-Control"] = "no-store"
    return response


def _shelf() -> PermitShelf:
    return PermitShelf(here().paths)


def _all() -> list[tuple[Event, Finding]]:
    return audited(here().paths, here().clock.now(), here().clock.trust)


def _one(event: str, permit: str) -> None:
    if not any((known.id, finding.permit.id) == (event, permit) for known, finding in _all()):
        raise MatineeError("permits.unknown")


def _page(wrong_about: str = "", wrong: str = "") -> str:
    shelf = _shelf()
    rows = [(event, finding, shelf.find(event.id, finding.permit.id)) for event, finding in _all()]
    return render_template(
        "console/setup_permits.html",
        rows=sorted(rows, key=lambda row: (not row[1].is_bad, row[0].starts)),
        last=here().permit_audit.last(),
        wrong_about=wrong_about,
        wrong=wrong,
    )
