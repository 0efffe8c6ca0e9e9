"""The room, live: for a phone in the foyer, while the room is filmed and the evening says so."""

from __future__ import annotations

import re
from hashlib import sha256
from http import HTTPStatus
from importlib import resources

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from webui.look.problem import answer, sentence_of
from webui.portal.pace import sender
from webui.portal.portal import here, tonight
from webui.portal.watching import LIST

pages = Blueprint("room", __name__)

_SCRIPT = resources.files("webui.portal").joinpath("room.js").read_bytes()
SCRIPT_PATH = f"/room-{sha256(_SCRIPT).hexdigest()[:16]}.js"
"""Named by its content, so that it may be kept for ever."""
_TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".mp4": "video/mp4", ".m4s": "video/mp4"}
_NAME = re.compile(r"[0-9A-Z]{1,40}\.(head\.mp4|[0-9]{1,9}\.m4s)|list\.m3u8")


@pages.get(SCRIPT_PATH)
def script() -> Response:
    """For browsers that do not play such lists by themselves."""
    response = make_response(_SCRIPT)
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@pages.get("/live")
def live() -> Response:
    """The page; it says so where nothing is shown."""
    event = tonight().event
    response = make_response(
        render_template("portal/live.html", event=event, script=SCRIPT_PATH, list=f"/live/{LIST}")
    )
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; "
        "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    return response


@pages.get("/live/<name>")
def piece(name: str) -> ResponseReturnValue:
    """The list, the head, or a piece."""
    if not _NAME.fullmatch(name) or not tonight().event.is_live:
        abort(HTTPStatus.NOT_FOUND)
    try:
        here().viewers.step(sender(request.remote_addr, request.headers.get("X-Real-IP")))
        content = here().pieces.get(name)
    except MatineeError as fault:
        if fault.key == "capture.live_full":
            return answer(HTTPStatus.SERVICE_UNAVAILABLE, sentence_of(fault), key=fault.key)
        ended = MatineeError("capture.not_live")  # also while the capture restarts
        return answer(HTTPStatus.NOT_FOUND, sentence_of(ended), key=ended.key)
    response = make_response(content)
    response.mimetype = _TYPES[name[name.rindex(".") :]]
    response.headers["Cache-Control"] = "no-store"
    return response
