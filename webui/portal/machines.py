"""Answers for programs: phones that look for a captive portal, health checks, the count of offers."""

from __future__ import annotations

from hashlib import sha256
from importlib import resources
from typing import Any

import msgspec
from flask import Blueprint, Response, make_response

from webui.asker import asker
from webui.portal.offer_view import offers_of
from webui.portal.portal import here, tonight

pages = Blueprint("machines", __name__)

_SCRIPT = resources.files("webui.portal").joinpath("live.js").read_bytes()

SCRIPT_PATH = f"/live-{sha256(_SCRIPT).hexdigest()[:16]}.js"
"""Named by its content, so that it may be kept for ever."""


@pages.get(SCRIPT_PATH)
def script() -> Response:
    """What makes counts live, for phones that run scripts."""
    response = make_response(_SCRIPT)
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@pages.get("/captive-portal/api")
def captive() -> Response:
    """Captive Portal API (RFC 8908, section 5): whether this phone's way ends here, and until when not."""
    address, view = here().address, here().doorway.view(asker())
    body: dict[str, object] = {
        "captive": not view.finished,
        "user-portal-url": f"{address}/",
        "venue-info-url": f"{address}/programme",
    }
    if view.finished and view.seconds_left is not None:
        body["seconds-remaining"] = view.seconds_left
    if view.finished and view.bytes_left is not None:
        body["bytes-remaining"] = view.bytes_left
    response = _json(body, "application/captive+json")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@pages.get("/healthz")
def health() -> Response:
    """Whether pages can be served: the rows can be read."""
    here().rows.database.query("SELECT 1")
    return _json({"status": "ok", "event": here().events.tonight() is not None}, "application/json")


@pages.get("/api/v1/drops")
def drops() -> Response:
    """Every offer as it stands, for a page that counts along."""
    evening = tonight()
    offers = [
        {"id": view.drop.id, "title": view.drop.title, "stock": view.stock, "left": view.left}
        | {"state": view.state.value, "words": view.stock_words}
        for view in offers_of(evening)
    ]
    asks = bool(evening.asks)
    told = {"drops": offers, "call": evening.call, "asks": asks, "questions": evening.talk is not None}
    return _json(told | {"poll": evening.poll is not None}, "application/json")


def _json(body: dict[str, Any], kind: str) -> Response:
    response = make_response(msgspec.json.encode(body))
    response.mimetype = kind
    return response
