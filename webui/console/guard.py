"""Who may ask at all: our own names, our own pages, signed-in staff."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from ipaddress import ip_address
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from appliance.config import BoxTable, WebTable
from appliance.errors import MatineeError
from appliance.front.names import plain
from appliance.store.console_rows import Role
from webui.asker import asker, own_address
from webui.console.console import here
from webui.console.sessions import Session
from webui.look.problem import answer

COOKIE = "matinee_session"
DESK_MARK = "matinee_desk"
"""Tells the attendees' pages of the same name that passes are looked at here; it holds no secret."""
CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"

SHOW_ROLES = frozenset({Role.OPERATOR, Role.ORGANISER})
"""Who may run the show and see the setup."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = frozenset({"same-origin", "none"})

_WAY_IN = frozenset({"let_in.ticket", "let_in.come_in", "look.stylesheet", "static"})
"""What a device may see whose ticket is its proof."""

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer", bound=ResponseReturnValue)


def own_names(web: WebTable, box: BoxTable) -> frozenset[str]:
    """Host names this console answers to; any other was rebound by somebody (or mistyped)."""
    address = urlsplit(web.address).hostname or ""
    own = {"localhost", "127.0.0.1", "::1", f"matinee-{box.id}.local", web.host.lower(), address}
    return frozenset(own - {"", "0.0.0.0", "::"})  # noqa: S104 a browser that asks for "any" was sent there


def guard(app: Flask, names: frozenset[str]) -> None:
    """Refuse foreign names and foreign forms, before anything else looks at the request."""

    def check() -> Response | None:
        if not _ours(names):
            fault = MatineeError("console.wrong_host", address=here().config.console.address)
            return answer(HTTPStatus.MISDIRECTED_REQUEST, fault.sentence, key=fault.key)
        if request.method not in _READING and not _from_our_pages():
            fault = MatineeError("console.foreign_form")
            return answer(HTTPStatus.FORBIDDEN, fault.sentence, key=fault.key)
        if _is_stranger() and request.endpoint not in _WAY_IN:
            fault = MatineeError("console.not_let_in")
            return answer(HTTPStatus.FORBIDDEN, fault.sentence, key=fault.key)
        return None

    app.before_request(check)


def _ours(names: frozenset[str]) -> bool:
    """Whether the Host is a name of the box, or the very address that was asked: nobody can rebind that."""
    host = plain(request.environ.get("HTTP_HOST", ""))
    return host in names or host in here().own.names() or (host != "" and host == own_address())


def _is_stranger() -> bool:
    """Whether that is a device on the attendees' network that nobody let in, nor is signed in."""
    address = asker()
    if address is None or ip_address(address) not in here().guests:
        return False
    return not here().admissions.is_in(address) and session() is None


def session() -> Session | None:
    """Who is signed in in this browser."""
    if "session" not in g:
        g.session = here().sessions.find(request.cookies.get(COOKIE, ""))
    found: Session | None = g.session
    return found


def signed_in() -> Session:
    """The session of a page behind ``staff_only``."""
    found = session()
    if found is None:
        raise MatineeError("console.sign_in_first")
    return found


def staff_only(
    roles: frozenset[Role] = SHOW_ROLES,
) -> Callable[[Callable[Parameters, ResponseReturnValue]], Callable[Parameters, ResponseReturnValue]]:
    """Let only ``roles`` in; every form must carry the session's own token, in a field or in the header."""

    def wrap(page: Callable[Parameters, ResponseReturnValue]) -> Callable[Parameters, ResponseReturnValue]:
        @wraps(page)
        def checked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
            found = session()
            if found is None:
                if request.method == "GET" and not request.path.startswith("/api/"):
                    return redirect(way_in(), HTTPStatus.SEE_OTHER)
                raise MatineeError("console.sign_in_first")
            if found.staff.role not in roles:
                raise MatineeError("console.not_yours")
            if request.method not in _READING and not found.owns(_csrf()):
                raise MatineeError("console.stale_form")
            return page(*args, **kwargs)

        return checked

    return wrap


def way_in() -> str:
    """Where somebody is led who is not signed in: of a box that nobody has yet, to its code."""
    return "/sign-in" if here().sessions.somebody() else "/pair"


def owner_only(
    page: Callable[Parameters, ResponseReturnValue],
) -> Callable[Parameters, ResponseReturnValue]:
    """Let only the organiser in; on a box that has none (`matinee dev`), the operator in their place."""

    @wraps(page)
    def checked(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
        if signed_in().staff.role is not Role.ORGANISER and here().sessions.has_organiser():
            raise MatineeError("console.not_yours")
        return page(*args, **kwargs)

    return staff_only()(checked)


def _csrf() -> str:
    return request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")


def _from_our_pages() -> bool:
    """Judge by what browsers say (Fetch Metadata, RFC 6454); a program that says nothing needs the token."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in _OURS:
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host
