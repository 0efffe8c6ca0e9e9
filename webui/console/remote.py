"""The remote: the show on a phone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.model.callout import LONGEST_CALLOUT
from appliance.model.show_view import ShowView, Verb
from webui.console.console import here
from webui.console.guard import session, signed_in, staff_only
from webui.console.remote_view import REGIONS, RemoteView, changed
from webui.look.problem import STATUSES

pages = Blueprint("remote", __name__)

_BEAT_S = 5.0
_STILL = "/remote/still"
_OF_WHAT_IS_SEEN = frozenset({Verb.GO, Verb.NEXT, Verb.BACK})
"""Refused if the show went on since; PANIC, Hold and Pause are meant whatever is on."""


@pages.get("/remote")
@staff_only()
def remote() -> ResponseReturnValue:
    """The whole page, as of now; without script it looks again by itself, and leaves out what is chosen."""
    return _page(here().watch.look())


@pages.get(_STILL)
@staff_only()
def still() -> ResponseReturnValue:
    """The same, for who has no script and wants to choose: nothing is thrown away half chosen."""
    return _page(here().watch.look())


@pages.post("/remote/do/<verb>")
@staff_only()
def do(verb: str) -> ResponseReturnValue:
    """Carry out a verb of the show."""
    if verb not in set(Verb):
        raise NotFound
    wish = Verb(verb)
    nonce, visit = request.form.get("nonce") or None, request.form.get("visit", type=int)
    return act(lambda: press(wish, nonce, visit if wish in _OF_WHAT_IS_SEEN else None))


@pages.post("/remote/mark")
@staff_only()
def mark() -> ResponseReturnValue:
    """Mark this moment: a clip is cut for it."""

    def deed() -> RemoteView:
        here().capture.mark("operator")
        return here().watch.look_around()

    return act(deed, "Marked. The clip follows.")


@pages.post("/remote/clips/<clip>/approve")
@staff_only()
def approve(clip: str) -> ResponseReturnValue:
    """Let a clip be shown and leave the box."""

    def deed() -> RemoteView:
        here().capture.approve(ClipId(clip))
        return here().watch.look_around()

    return act(deed, "Approved.")


@pages.get("/remote/picture.jpg")
@staff_only()
def picture() -> ResponseReturnValue:
    """What is on the screen now."""
    response = make_response(here().picture.take(signed_in().viewer))
    response.mimetype = "image/jpeg"
    return response


@pages.get("/remote/events")
@staff_only()
def events() -> ResponseReturnValue:
    """Each region of the page whenever it looks different (server-sent events, WHATWG HTML 9.2)."""
    following = ExitStack()
    following.enter_context(here().watch.following())
    response = Response(stream_with_context(_changes()), mimetype="text/event-stream")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(following.close)
    return response


def press(verb: Verb, nonce: str | None, visit: int | None = None) -> RemoteView:
    """Ask the show for ``verb`` and take in where it then stands; ``visit`` is what the operator saw."""
    show: ShowView = here().show.do(verb, nonce, visit)
    if verb is Verb.GO:
        here().watch.went()
    return here().watch.take(show)


def _changes() -> Iterator[str]:
    watch, signed_in_as = here().watch, signed_in()
    seen: RemoteView | None = None
    view = watch.look()
    yield "retry: 1000\n\n"
    while not watch.stopped and here().sessions.find(signed_in_as.token):
        for region in changed(seen, view):
            yield _event(region, _region(region, view))
        if view == seen:
            yield ": still here\n\n"
        seen, view = view, watch.wait(view, _BEAT_S)


def _event(name: str, content: str) -> str:
    lines = "".join(f"data: {line}\n" for line in content.splitlines())
    return f"event: {name}\n{lines}\n"


def act(deed: Callable[[], RemoteView], said: str = "") -> ResponseReturnValue:
    """Do it; answer with what changed on the page, or for a plain form with the way back to it."""
    status, wrong = HTTPStatus.OK, False
    try:
        view = deed()
    except MatineeError as fault:
        status = HTTPStatus(STATUSES.get(fault.key, HTTPStatus.CONFLICT))
        said, wrong, view = fault.sentence, True, here().watch.look()
    if not request.headers.get("HX-Request"):
        way = _STILL if _stands_still() else "/remote"
        return redirect(way, HTTPStatus.SEE_OTHER) if not wrong else _page(view, said, status)
    regions = [(name, _region(name, view)) for name in REGIONS]
    return make_response(
        render_template("console/remote_answer.html", regions=regions, said=said, wrong=wrong), status
    )


def _page(view: RemoteView, said: str = "", status: int = HTTPStatus.OK) -> Response:
    regions = {name: _region(name, view) for name in REGIONS}
    name = here().config.box.name
    page = render_template(
        "console/remote.html", regions=regions, view=view, said=said, box=name, still=_stands_still()
    )
    return make_response(page, status)


def _stands_still() -> bool:
    """Whether that is the still page, or a form on it."""
    came_from = urlsplit(request.referrer or "").path if request.method == "POST" else ""
    return _STILL in (request.path, came_from)


def _region(name: str, view: RemoteView) -> str:
    found = session()
    csrf = found.csrf if found else ""
    return render_template(f"console/remote/{name}.html", view=view, csrf=csrf, longest=LONGEST_CALLOUT)
