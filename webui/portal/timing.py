"""Every page is timed from before anything else looks at it until its answer is made."""

from __future__ import annotations

from flask import Flask, Response, g, request

from appliance.errors import MatineeError
from webui.asker import asker
from webui.portal.portal import here

_REFUSED = 400
_UNTOLD = frozenset({"static", "look", "media_files", "access_files", "machines", "posters", "let_in"})
"""Answered by files or to programs: nobody waits for a page there."""
_PIECES = frozenset({"room.piece", "room.script"})
"""Of the room live: each phone asks twice a second."""


def watch_pages(app: Flask) -> None:
    """Count every page of ``app``; see ``stopwatch`` for what is counted."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = here().stopwatch.begin()


def _end(response: Response) -> Response:
    page = request.endpoint or ""
    if "began" in g and page not in _PIECES and page.partition(".")[0] not in _UNTOLD:
        outcome = ""
        if response.status_code >= _REFUSED:
            outcome = g.get("refused") or str(response.status_code)
        here().stopwatch.end(
            g.began,
            _event_id(),
            page or "nothing",
            request.headers.get("User-Agent", ""),
            outcome,
            asker() or "",
        )
    return response


def not_a_page() -> None:
    """What is answered now is no page: a phone that looks whether there is internet."""
    g.pop("began", None)


def _event_id() -> str:
    try:
        evening = here().events.tonight()
    except MatineeError:
        return ""  # show.db can not be read now: the page said so itself
    return "" if evening is None else evening.event.id
