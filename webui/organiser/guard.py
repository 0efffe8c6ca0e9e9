"""Only this computer, only the browser that was let in, only our own forms."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, redirect, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from webui.look.problem import answer
from webui.organiser.door import csrf_of
from webui.organiser.window import here

pages = Blueprint("door", __name__)

CSRF_FIELD = "csrf"
CSRF_HEADER = "X-CSRF-Token"
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"door.come_in", "look.stylesheet", "static", "film_parts.static"})


def cookie() -> str:
    """Its name: cookies of one host are shared by all its ports."""
    return f"matinee_window_{urlsplit(here().address).port}"


def csrf() -> str:
    """The token of this browser's forms; empty before it was let in."""
    token = request.cookies.get(cookie(), "")
    return csrf_of(token) if token and here().door.knows(token) else ""


def guard(app: Flask, room: Mapping[str, int]) -> None:
    """Look at each request before all else. ``room``: endpoints whose forms may be larger, in bytes."""

    def check() -> Response | None:
        if request.host not in own_hosts(here().address):
            return _no(HTTPStatus.MISDIRECTED_REQUEST, "organiser.wrong_host", address=here().address)
        if request.endpoint in _OPEN:
            return None
        mine = csrf()
        if not mine:
            return _no(HTTPStatus.FORBIDDEN, "organiser.not_here")
        if request.method in _READING:
            return None
        if not _from_our_pages():
            return _no(HTTPStatus.FORBIDDEN, "organiser.foreign_form")
        if request.endpoint is not None and request.endpoint in room:  # before the form is read
            request.max_content_length = room[request.endpoint]
        told = request.headers.get(CSRF_HEADER) or request.form.get(CSRF_FIELD, "")
        if not hmac.compare_digest(told.encode(), mine.encode()):
            return _no(HTTPStatus.FORBIDDEN, "organiser.stale_form")
        return None

    app.before_request(check)


def own_hosts(address: str) -> frozenset[str]:
    """What a browser on this computer says in ``Host``; any other name was rebound to us by somebody."""
    port = urlsplit(address).port
    return frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})


@pages.get("/open/<ticket>")
def come_in(ticket: str) -> ResponseReturnValue:
    """Let this browser in; a page that is opened again lets in who is in already."""
    token = here().door.open(ticket)
    if token is None:
        if csrf():
            return redirect("/", HTTPStatus.SEE_OTHER)
        return _no(HTTPStatus.FORBIDDEN, "organiser.not_here")
    response = redirect("/", HTTPStatus.SEE_OTHER)
    response.set_cookie(cookie(), token, httponly=True, samesite="Strict")
    return response


def _from_our_pages() -> bool:
    """As browsers say (Fetch Metadata, RFC 6454)."""
    origin = request.headers.get("Origin")
    ours = origin is None or urlsplit(origin).netloc == request.host
    return ours and request.headers.get("Sec-Fetch-Site", "same-origin") in {"same-origin", "none"}


def _no(status: HTTPStatus, key: str, **facts: object) -> Response:
    fault = MatineeError(key, **facts)
    return answer(status, fault.sentence, key=fault.key)
