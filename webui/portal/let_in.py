"""Where a staff QR leads on the attendees' network: one button, and the console is told who pressed it."""

from __future__ import annotations

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from webui.asker import asker
from webui.portal.portal import here, in_turn

pages = Blueprint("let_in", __name__)

_REFUSED = {"console.not_invited": HTTPStatus.GONE, "console.invitation_held": HTTPStatus.CONFLICT}


@pages.get("/let-in/<token>")
def look(token: str) -> str:
    """Show the button: whoever only looks uses nothing up, and for a minute nobody else may press it."""
    in_turn("let_in_look")
    if request.method == "GET":
        with suppress(MatineeError):  # where the console is away nobody is let in
            here().staff_door.look(token, asker() or "")
    return render_template("portal/let_in.html", token=token, url="", sentence="")


@pages.post("/let-in/<token>")
def come(token: str) -> ResponseReturnValue:
    """Let this device in. Where its browser will warn, say so before.

    Never a redirect: browsers hold a form's answer to ``form-action 'self'`` too, and the console is another
    port.
    """
    in_turn("let_in")
    try:
        done = here().staff_door.let_in(token, asker() or "")
    except MatineeError as fault:
        page = render_template("portal/let_in.html", token=token, url="", sentence=fault.sentence)
        return page, _REFUSED.get(fault.key, HTTPStatus.SERVICE_UNAVAILABLE)
    return render_template("portal/let_in.html", token=token, url=done.url, trusted=done.trusted, sentence="")
