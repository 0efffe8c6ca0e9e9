"""Pages that only explain."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from webui.portal.portal import here, tonight

pages = Blueprint("quiet", __name__)


@pages.get("/privacy")
def privacy() -> str:
    """What is kept, who can read it, and the words that people agree to."""
    evening = tonight()
    return render_template(
        "portal/privacy.html",
        event=evening.event,
        wording=here().wording(evening.event),
        plain=request.scheme == "http",
    )
