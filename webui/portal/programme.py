"""The programme."""

from __future__ import annotations

from flask import Blueprint, render_template

from webui.portal.portal import tonight
from webui.portal.running_order import running_order

pages = Blueprint("programme", __name__)


@pages.get("/programme")
def programme() -> str:
    """What is shown tonight, in order."""
    evening = tonight()
    return render_template("portal/programme.html", event=evening.event, lines=running_order(evening))
