"""Where a staff QR leads on the attendees' network: one button, and the console is told who pressed it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from webui.asker import asker
from webui.portal.portal import here, in_turn

pages = Blueprint("let_in", __name__)

_REFUSED = {"console.not_invited": HTTPStatus.GONE}


@pages.get("/let-in/<token>")
def look(token: str) -> str:
    """Show the button: whoever only looks uses nothing up."""
    return render_template("portal/let_in.html", token=token, url="", sentence="")


@pages.post("/let-in/<token>")
def come(token: str) -> ResponseReturnValue:
    """Let this device in. Where its browser will warn, say so before."""
    in_turn("let_in")
    try:
        done = here().staff_door.let_in(token, asker() or "")
    except MatineeError as fault:
        page = render_template("portal/let_in.html", token=token, url="", sentence=fault.sentence)
        return page, _REFUSED.get(fault.key, HTTPStatus.SERVICE_UNAVAILABLE)
    if done.trusted:
        return redirect(done.url, HTTPStatus.SEE_OTHER)
    return render_template("portal/let_in.html", token=token, url=done.url, sentence="")
