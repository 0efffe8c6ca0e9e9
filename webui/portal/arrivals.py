"""Phones that arrive: what they are told under a stranger's name, "no thanks", and their last tap."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Flask, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from appliance.front import captive
from appliance.front.names import is_own, plain
from webui.asker import asker
from webui.portal import let_in
from webui.portal.portal import here
from webui.portal.timing import not_a_page

pages = Blueprint("arrivals", __name__)

_LAST_TAPS = frozenset({"home.join", "arrivals.no_thanks"})
"""After these, answered by "see there", a phone wants nothing more of the sign-in window."""
_READING = frozenset({"GET", "HEAD"})
_FOR_MACHINES = ("/captive-portal/", "/healthz", "/api/")


@pages.post("/no-thanks")
def no_thanks() -> ResponseReturnValue:
    """Nothing is asked of anybody: Wi-Fi and programme are theirs."""
    return redirect(url_for("arrivals.welcome"), HTTPStatus.SEE_OTHER)


@pages.get("/welcome")
def welcome() -> str:
    """Where everything is, for when the sign-in window has closed."""
    evening, view = here().events.tonight(), here().doorway.view(asker())
    event = None if evening is None else evening.event
    return render_template("portal/welcome.html", event=event, address=here().address, online=view.online)


def receive(app: Flask) -> None:
    """Before any page: a stranger's name is answered with the captive answer. After it: the last tap."""
    app.register_blueprint(pages)
    app.register_blueprint(let_in.pages)
    app.before_request(_strangers_name)
    app.after_request(_last_tap)


def _strangers_name() -> ResponseReturnValue | None:
    """Answer what was not asked of us; never repeat whom they asked for.

    Under a good certificate our own plain names lead to the one own name too.
    """
    address = here().address
    host = plain(request.environ.get("HTTP_HOST", ""))
    if not is_own(host, here().names()) and host != plain(address.partition("//")[2]):
        not_a_page()
        told = captive.answer(host, request.path, here().doorway.standing(asker()), address)
        if told is None:
            return _just_opening()
        response = Response(told.body, told.status, dict(told.headers))
        if told.status in {HTTPStatus.NO_CONTENT, HTTPStatus.FOUND}:
            response.headers.pop("Content-Type", None)
        return response
    plainly = request.scheme == "http" and address.startswith("https://") and request.method in _READING
    if plainly and not request.path.startswith(_FOR_MACHINES):
        return redirect(address + request.path, HTTPStatus.FOUND)
    return None


def _just_opening() -> Response:
    page = make_response(render_template("portal/just_opening.html"), HTTPStatus.SERVICE_UNAVAILABLE)
    page.headers["Retry-After"] = "10"
    page.headers["Cache-Control"] = captive.NO_STORE
    return page


def _last_tap(response: Response) -> Response:
    if request.endpoint in _LAST_TAPS and response.status_code == HTTPStatus.SEE_OTHER:
        here().doorway.tapped(asker())
    return response
