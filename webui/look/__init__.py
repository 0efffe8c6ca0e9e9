"""The look: one stylesheet, one page frame, one set of parts. Every Flask app of ours is dressed by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, make_response

from webui.languages import speak
from webui.look import problem, words
from webui.look.qr import qr
from webui.look.stylesheet import CSS, PATH, STYLE_SOURCE, TAG
from webui.look.ticket_words import ticket_words

__all__ = ["dress", "qr"]

_IMMUTABLE = "public, max-age=31536000, immutable"

logging.getLogger("werkzeug").setLevel(logging.WARNING)  # its request lines hold addresses and capabilities


def dress(
    app: Flask,
    *,
    inline: bool = False,
    statuses: dict[str, int] | None = None,
    home_language: Callable[[], str] | None = None,
    translated: Collection[str] | None = None,
) -> None:
    """Give ``app`` the look: ``look/base.html`` and ``look/parts.html``, headers, problem pages.

    ``inline`` puts the stylesheet into each page, so that a page is one request. ``statuses`` says with which
    HTTP status a ``MatineeError`` key is answered; see ``problem.STATUSES`` for what is known already.
    ``home_language`` and ``translated``: see ``languages.speak``.
    """
    pages = Blueprint("look", __name__, template_folder="templates")
    pages.add_url_rule(PATH, "stylesheet", _stylesheet)
    app.register_blueprint(pages)
    app.url_map.merge_slashes = False  # such a redirect would repeat the Host header
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(look_inline=TAG if inline else "", look_stylesheet=PATH, qr=qr)
    app.jinja_env.filters.update(words.FILTERS, ticket_words=ticket_words)
    speak(app, home_language, translated)
    problem.register(app, statuses or {})
    app.after_request(_headers)


def _stylesheet() -> Response:
    response = make_response(CSS)
    response.mimetype = "text/css"
    response.headers["Cache-Control"] = _IMMUTABLE
    return response


_POLICY = (
    f"default-src 'self'; img-src 'self' data:; style-src 'self' {STYLE_SOURCE}; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def _headers(response: Response) -> Response:
    if response.status_code == HTTPStatus.PERMANENT_REDIRECT:  # the router's own, with the Host header in it
        response.location = urlsplit(response.location or "/").path or "/"
        response.data = b""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("Referrer-Policy", "no-referrer")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Cache-Control", "no-store")
    return response
