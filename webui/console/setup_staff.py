"""Who runs the box: the organiser's passphrase, and sign-in links for operators and stewards."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.store.console_rows import Role
from webui.asker import asker
from webui.console.console import here
from webui.console.good_passphrase import LONGEST, check
from webui.console.guard import owner_only
from webui.console.sign_in import welcome

pages = Blueprint("setup_staff", __name__)

ROLES = {
    Role.ORGANISER: "Owns the box: everything on this page, and all below.",
    Role.OPERATOR: "Runs the evening: Remote, Setup, and the desk.",
    Role.STEWARD: "Stands at door or counter: the desk, nothing else.",
}


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role, and how many browsers have it."""

    role: Role
    may: str
    browsers: int


@pages.get("/setup/staff")
@owner_only
def staff() -> ResponseReturnValue:
    """Roles, links, passphrase."""
    return _page()


@pages.post("/setup/staff/link")
@owner_only
def link() -> ResponseReturnValue:
    """A link that signs one browser in, shown once: as text to send, as a code to read from this screen."""
    role = _role()
    token = here().sessions.new_link(role)
    if token is None:
        raise MatineeError("console.no_staff", role=role)
    return _page(f"{request.host_url.rstrip('/')}/sign-in/{token}", role)


@pages.post("/setup/staff/sign-out")
@owner_only
def sign_out() -> ResponseReturnValue:
    """Every browser of a role is signed out, and links that nobody used are spent."""
    here().sessions.sign_out(_role())
    return redirect("/setup/staff", HTTPStatus.SEE_OTHER)


@pages.post("/setup/staff/passphrase")
@owner_only
def change() -> ResponseReturnValue:
    """Another passphrase for the organiser; the old one is asked for, as at the door."""
    words, form = request.form.get("passphrase", ""), request.form
    try:
        prove(form.get("old", "")[:LONGEST])
        check(words, form.get("again", ""), here().config.box.name, here().config.box.id)
    except MatineeError as fault:
        return make_response(_page(wrong=fault.sentence), HTTPStatus.BAD_REQUEST)
    return welcome(here().sessions.own(words), redirect("/setup/staff", HTTPStatus.SEE_OTHER))


def prove(old: str) -> None:
    """Ask for the organiser's passphrase as at the door; ``passphrase.old_wrong``."""
    doorman, address = here().doorman, asker() or ""
    with doorman.attempt(address):
        if not here().sessions.is_right(old):
            doorman.failed(address)
            raise MatineeError("passphrase.old_wrong")
    doorman.succeeded(address)


def _role() -> Role:
    try:
        return Role(request.form.get("role", ""))
    except ValueError as fault:
        raise MatineeError("console.no_staff", role=request.form.get("role", "")[:20]) from fault


def _page(made: str = "", role: Role | None = None, wrong: str = "") -> str:
    sessions = here().sessions
    return render_template(
        "console/setup_staff.html",
        roles=[RoleLine(one, may, sessions.signed_in(one)) for one, may in ROLES.items()],
        has_organiser=sessions.has_organiser(),
        made=made,
        made_for=role,
        wrong=wrong,
        longest=LONGEST,
    )
