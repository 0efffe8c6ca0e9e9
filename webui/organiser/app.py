"""The window's app."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response

from webui import help as manual
from webui.films import film_parts
from webui.form_files import FormFiles
from webui.look import dress
from webui.organiser import (
    boxes,
    clips,
    digest,
    events,
    films,
    formats,
    guard,
    letters,
    live,
    morning,
    neighbours,
    people,
    start,
    working,
)  # fmt: skip
from webui.organiser.window import EXTENSION, Window, here

_LONGEST_FORM_BYTES = 1 << 20
_PARTS = (
    guard, start, events, formats, films, live, clips, people, boxes, morning, digest, neighbours, letters,
    working,
)  # fmt: skip
_STATUSES: Mapping[str, int] = {
    "organiser.no_film": HTTPStatus.NOT_FOUND,
    "organiser.no_event": HTTPStatus.NOT_FOUND,
    "organiser.no_clip": HTTPStatus.NOT_FOUND,
    "organiser.busy": HTTPStatus.CONFLICT,
    "upload.unknown": HTTPStatus.NOT_FOUND,
    "upload.elsewhere": HTTPStatus.CONFLICT,
    "upload.too_much": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "media.no_room": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
}


class WindowRequest(FormFiles):
    """A file in a form goes beside the films, where there is room for it, and not into /tmp."""

    def folder_of_files(self) -> Path:
        """The organiser's own folder."""
        return here().folder.folder


def create_app(window: Window) -> Flask:
    """Build the app around ``window``. It holds no state of its own."""
    app = Flask("webui.organiser")
    app.request_class = WindowRequest
    app.config.update(MAX_CONTENT_LENGTH=_LONGEST_FORM_BYTES)
    app.extensions[EXTENSION] = window
    guard.guard(app, {"boxes.take": boxes.MOST_COURIER_BYTES, "people.suppress": people.LONGEST_LIST_BYTES})
    dress(app, statuses=dict(_STATUSES), translated=set())
    app.after_request(_headers)
    app.context_processor(_frame)
    app.register_blueprint(film_parts())
    for part in _PARTS:
        app.register_blueprint(part.pages)
    app.register_blueprint(manual.chapters("organiser/frame.html", manual.ORGANISER))
    return app


def _headers(response: Response) -> Response:
    """Browsers must say where a form comes from: under ``no-referrer`` they would say ``Origin: null``."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _frame() -> dict[str, object]:
    window = here()
    return {"csrf": guard.csrf(), "whose": window.folder.identity().name, "job": window.jobs.now()}
