"""The attendees' app."""

from __future__ import annotations

from flask import Flask

from webui.help import EVERYBODY, chapters
from webui.look import dress
from webui.portal import (
    access_files,
    arrivals,
    drops,
    extras,
    feedback,
    home,
    machines,
    media_files,
    members,
    passes,
    polls,
    posters,
    programme,
    promises,
    questions,
    quiet_pages,
    receipt,
    removal,
    room,
    watch,
)
from webui.portal.portal import EXTENSION, Portal, call_of_tonight, is_filmed_now, is_listened_now
from webui.portal.timing import watch_pages

_LONGEST_FORM_BYTES = 8192
_MOST_FIELDS = 20

_STATUSES = {
    "audience.stale_form": 400,
    "audience.too_early": 409,
    "audience.no_talk": 409,
    "audience.no_poll": 409,
    "audience.no_answer": 422,
    "audience.brought_already": 409,
    "audience.not_thanks": 404,
    "audience.thanks_for_another": 403,
    "audience.thanked_enough": 409,
    "audience.foreign_pass": 403,
    "audience.not_our_pass": 404,
    "audience.pass_expired": 403,
    "audience.pass_revoked": 403,
    "offers.asked_enough": 429,
    "offers.wish_without_news": 409,
    "offers.collected": 409,
    "offers.no_such_item": 404,
    "offers.no_pay_link": 404,
    "capture.long_words": 422,
    "capture.no_clip": 404,
    "capture.no_removal": 404,
    "ipc.not_running": 503,
    "portal.no_event": 503,
    "portal.no_such_pass": 404,
    "portal.no_such_offer": 404,
    "portal.other_evening": 409,
    "portal.too_often": 429,
}


def create_app(portal: Portal) -> Flask:
    """Build the app around ``portal``. It holds no state of its own."""
    app = Flask("webui.portal")
    app.config.update(
        MAX_CONTENT_LENGTH=_LONGEST_FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=_LONGEST_FORM_BYTES,
        MAX_FORM_PARTS=_MOST_FIELDS,
    )
    app.extensions[EXTENSION] = portal
    dress(app, inline=True, statuses=_STATUSES, home_language=portal.language)
    watch_pages(app)
    arrivals.receive(app)
    app.jinja_env.globals.update(
        live_script=machines.SCRIPT_PATH,
        call_of_tonight=call_of_tonight,
        is_filmed_now=is_filmed_now,
        is_listened_now=is_listened_now,
    )
    for part in (
        home, passes, receipt, posters, programme, drops, promises, members, extras, watch, removal, room,
        feedback, questions, polls, media_files, access_files, quiet_pages, machines,
    ):  # fmt: skip
        app.register_blueprint(part.pages)
    app.register_blueprint(chapters("portal/frame.html", EVERYBODY))
    return app
