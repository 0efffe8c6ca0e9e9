"""The staff's app."""

from __future__ import annotations

from flask import Flask, Response

from webui import help as manual
from webui.console import (
    api,
    counter,
    counter_api,
    counter_paper,
    counter_sheets,
    desk,
    desk_captions,
    desk_clips,
    desk_lists,
    desk_questions,
    desk_stewards,
    let_in,
    machines,
    pair,
    remote,
    remote_hands,
    setup,
    setup_box,
    setup_cameras,
    setup_courier,
    setup_event,
    setup_event_edit,
    setup_event_paper,
    setup_figures,
    setup_films,
    setup_health,
    setup_packs,
    setup_permits,
    setup_phones,
    setup_rehearsal,
    setup_staff,
    setup_time,
    setup_uplink,
    setup_wifi,
    show_api,
    sign_in,
)
from webui.console.console import EXTENSION, Console, here
from webui.console.guard import guard, own_names, session
from webui.console.large_form import ConsoleRequest
from webui.films import film_parts
from webui.look import dress

_LONGEST_FORM_BYTES = 16384
_SETUP = (
    setup,
    setup_cameras,
    setup_courier,
    setup_event,
    setup_event_edit,
    setup_event_paper,
    setup_figures,
    setup_films,
    setup_health,
    setup_packs,
    setup_permits,
    setup_phones,
    setup_rehearsal,
    setup_staff,
    setup_time,
    setup_uplink,
)
_DESK = (
    desk,
    desk_captions,
    desk_clips,
    desk_lists,
    desk_questions,
    desk_stewards,
    counter,
    counter_sheets,
    counter_paper,
)
_BOX = (setup_box, setup_wifi)

_STATUSES = {
    "console.not_invited": 410,
    "console.invitation_held": 409,
    "console.one_at_a_time": 429,
    "console.sign_in_first": 401,
    "console.not_yours": 403,
    "console.stale_form": 403,
    "console.too_many_viewers": 503,
    "console.no_such_verb": 404,
    "pairing.not_now": 410,
    "pairing.held": 409,
    "pairing.wrong_code": 403,
    "courier.nothing": 409,
    "courier.no_receipt": 400,
    "offers.no_such_cursor": 410,
    "offers.no_such_payment": 404,
    "audience.question_gone": 410,
    "show.no_event": 409,
    "show.nothing_is_on": 409,
    "show.not_now": 409,
    "show.film_running": 409,
    "show.at_start": 409,
    "capture.not_allowed": 409,
    "capture.no_camera": 409,
    "capture.removal_waits": 409,
    "capture.withdrawn": 410,
    "capture.not_seen": 404,
    "rehearsal.none": 409,
    "rehearsal.no_check": 404,
    "figures.no_evening": 404,
    "permits.unknown": 404,
    "pack.unknown": 404,
    "draft.unknown": 404,
    "draft.no_event": 404,
    "draft.busy": 409,
    "draft.moved_on": 409,
    "manifest.no_such_place": 409,
    "upload.unknown": 404,
    "upload.elsewhere": 409,
    "upload.too_much": 413,
    "media.no_room": 413,
}


def create_app(console: Console) -> Flask:
    """Build the app around ``console``. It holds no state of its own."""
    app = Flask("webui.console")
    app.request_class = ConsoleRequest
    app.config.update(MAX_CONTENT_LENGTH=_LONGEST_FORM_BYTES)
    app.extensions[EXTENSION] = console
    guard(app, own_names(console.config.console, console.config.box))
    dress(app, statuses=_STATUSES, translated={page.pages.name for page in _DESK})
    app.after_request(_headers)
    app.context_processor(_frame)
    app.register_blueprint(film_parts())
    for part in (
        sign_in,
        let_in,
        pair,
        remote,
        remote_hands,
        machines,
        show_api,
        api,
        counter_api,
        *_SETUP,
        *_DESK,
        *_BOX,
    ):
        app.register_blueprint(part.pages)
    app.register_blueprint(manual.chapters("console/frame.html", manual.EVERYBODY + manual.STAFF))
    return app


def _headers(response: Response) -> Response:
    """Browsers must say where a form comes from: under ``no-referrer`` they would say ``Origin: null``."""
    response.headers["Referrer-Policy"] = "same-origin"
    return response


def _frame() -> dict[str, str]:
    found = session()
    return {"csrf": found.csrf if found else "", "box": here().config.box.name}
