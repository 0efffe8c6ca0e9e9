"""When something is wrong: one sentence and a way back; for programs, RFC 9457 problem details."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus

import msgspec
from flask import Flask, Response, g, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge

from appliance.errors import MatineeError, sentences
from webui.look.ticket_words import ticket_words

STATUSES: Mapping[str, int] = {
    "store.not_saved": 503,
    "store.missing": 503,
    "ipc.not_running": 503,
    "ipc.timeout": 504,
    "ipc.refused": 409,
    "sealing.no_recipient": 503,
}
"""The HTTP status of a sentence; 400 for all others."""

_PLAIN: Mapping[int, tuple[str | LazyString, str | LazyString]] = {
    400: (
        lazy_gettext("That did not work"),
        lazy_gettext("Something in what was sent is not right. Go back and try once more."),
    ),
    401: (
        lazy_gettext("Please log in"),
        lazy_gettext("This page is for the people who run the evening."),
    ),
    403: (
        lazy_gettext("Not from here"),
        lazy_gettext("This page is not for this phone."),
    ),
    404: (
        lazy_gettext("Nothing here"),
        lazy_gettext("There is no such page. It may have been mistyped."),
    ),
    405: (
        lazy_gettext("That did not work"),
        lazy_gettext("This page is only for reading. Go back and try once more."),
    ),
    413: (
        lazy_gettext("Too long"),
        lazy_gettext("That was more than this page can take. Make it shorter and try again."),
    ),
    429: (
        lazy_gettext("One moment"),
        lazy_gettext("That was very often. Wait a little and try again."),
    ),
    500: (
        lazy_gettext("Something went wrong"),
        lazy_gettext("That was not your fault. Go back and try once more."),
    ),
    503: (
        lazy_gettext("One moment"),
        lazy_gettext("This is not ready yet. Try again in a moment."),
    ),
}
"""What people read instead of HTTP's words: heading and sentence."""

_log = logging.getLogger(__name__)


def register(app: Flask, statuses: Mapping[str, int]) -> None:
    """Answer every fault of ``app`` with a page, or with problem details below ``/api/``."""
    known = {**STATUSES, **statuses}

    def told(fault: MatineeError) -> Response:
        status = known.get(fault.key, HTTPStatus.BAD_REQUEST)
        return answer(status, sentence_of(fault), key=fault.key)

    app.register_error_handler(MatineeError, told)
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(Exception, _unexpected)


def answer(status: int, sentence: str = "", *, key: str = "") -> Response:
    """Return the page, or the problem details, for ``status``; ``g.refused`` is the ``key`` from then on."""
    g.refused = key
    heading, plain = _PLAIN.get(status, _PLAIN[400 if status < HTTPStatus.INTERNAL_SERVER_ERROR else 500])
    words = sentence or str(plain)
    if request.path.startswith("/api/"):
        return problem_details(status, str(heading), words, key=key)
    page = render_template("look/problem.html", heading=heading, sentence=words, status=status)
    return make_response(page, status)


def sentence_of(fault: MatineeError) -> str:
    """Say ``fault`` in the language of the page; in English where that sentence has no translation."""
    facts = dict(fault.facts)
    if "reason" in facts:
        facts["reason"] = ticket_words(str(facts["reason"]))
    return str(gettext(sentences()[fault.key])).format(**facts)


def problem_details(status: int, title: str, detail: str, *, key: str = "") -> Response:
    """Return ``application/problem+json`` (RFC 9457); ``key`` tells programs which sentence it is."""
    kind = f"/help#{key}" if key else "about:blank"
    body = {"type": kind, "title": title, "status": int(status), "detail": detail}
    if key:
        body["key"] = key
    response = make_response(msgspec.json.encode(body), status)
    response.mimetype = "application/problem+json"
    return response


def _refused(fault: HTTPException) -> Response:
    if fault.response is not None:
        return make_response(fault.response)
    response = answer(fault.code or 500)
    if isinstance(fault, MethodNotAllowed) and fault.valid_methods:
        response.headers["Allow"] = ", ".join(sorted(fault.valid_methods))
    if isinstance(fault, RequestEntityTooLarge):
        response.headers["Connection"] = "close"
    return response


def _unexpected(fault: Exception) -> Response:
    """The one net below all pages: the route is logged, never the path, which may hold a capability."""
    _log.error("page failed route=%s", request.url_rule, exc_info=fault)
    return answer(500)
