"""Signing in and out."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.store.console_rows import Role
from webui.asker import asker
from webui.console.console import here
from webui.console.guard import COOKIE, DESK_MARK, SHOW_ROLES, session, signed_in, staff_only, way_in
from webui.console.sessions import Session

pages = Blueprint("sign_in", __name__)

_MOST_CHARACTERS = 200


@pages.get("/")
def front() -> ResponseReturnValue:
    """The remote, or the way to it."""
    found = session()
    return redirect(_home(found) if found else way_in(), HTTPStatus.SEE_OTHER)


@pages.get("/sign-in")
def form() -> ResponseReturnValue:
    """Ask for the passphrase."""
    return _form()


@pages.post("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Sign in with the passphrase; a wrong one makes the next attempt wait."""
    doorman, address = here().doorman, asker() or ""
    with doorman.attempt(address):
        found = here().sessions.with_passphrase(request.form.get("passphrase", "")[:_MOST_CHARACTERS])
        if found is None:
            doorman.failed(address)
    if found is None:
        return _form(MatineeError("console.wrong_passphrase"), HTTPStatus.FORBIDDEN)
    doorman.succeeded(address)
    return welcome(found)


@pages.get("/sign-in/<token>")
def look_at_link(token: str) -> ResponseReturnValue:
    """Show the button that uses the link: whoever only looks (a chat's preview) does not use it up."""
    found = session()
    if found is not None and found.staff.role in SHOW_ROLES:
        return redirect(_home(found), HTTPStatus.SEE_OTHER)
    return make_response(render_template("console/sign_in_link.html", way=f"/sign-in/{token}"))


@pages.post("/sign-in/<token>")
def by_link(token: str) -> ResponseReturnValue:
    """Sign in by a link that works once."""
    found = here().sessions.with_link(token)
    if found is not None:
        return welcome(found)
    signed = session()
    if signed is not None:
        return redirect(_home(signed), HTTPStatus.SEE_OTHER)
    return _form(MatineeError("console.link_used"), HTTPStatus.GONE)


@pages.post("/sign-out")
@staff_only(frozenset(Role))
def sign_out() -> ResponseReturnValue:
    """Forget this browser."""
    here().book.lock(signed_in().viewer)
    here().sessions.end(signed_in())
    response = redirect("/sign-in", HTTPStatus.SEE_OTHER)
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Strict")
    response.delete_cookie(DESK_MARK, path="/p/", httponly=True, samesite="Lax")
    return make_response(response)


def _form(fault: MatineeError | None = None, status: int = HTTPStatus.OK) -> Response:
    wrong = "" if fault is None else fault.sentence
    return make_response(
        render_template("console/sign_in.html", wrong=wrong, new=not here().sessions.somebody()), status
    )


def welcome(found: Session, answer: ResponseReturnValue | None = None) -> Response:
    """Sign this browser in and lead it to its first page, or give ``answer``."""
    response = make_response(answer or redirect(_home(found), HTTPStatus.SEE_OTHER))
    secure = is_secure()
    response.set_cookie(COOKIE, found.token, path="/", httponly=True, samesite="Strict", secure=secure)
    response.set_cookie(DESK_MARK, "1", path="/p/", httponly=True, samesite="Lax")
    return response


def is_secure() -> bool:
    """Whether this browser came in by TLS, and its cookies shall never go another way."""
    return request.is_secure or here().config.console.address.startswith("https:")


def _home(found: Session) -> str:
    return "/remote" if found.staff.role in SHOW_ROLES else "/desk"
