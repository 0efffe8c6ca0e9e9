"""Letting another device in: the QR on a phone that is signed in, and the way in for the one that read it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.model.network_view import NetworkMode
from appliance.store.console_rows import Role
from webui.asker import asker
from webui.console.console import here
from webui.console.guard import session, signed_in, staff_only
from webui.console.pair import granted
from webui.console.sign_in import welcome

pages = Blueprint("let_in", __name__)


@pages.get("/let-in")
@staff_only()
def show() -> ResponseReturnValue:
    """The QR, good once and for a quarter of an hour; whoever reads it comes in as who shows it."""
    network = here().config.network
    return render_template(
        "console/let_in.html",
        code=here().admissions.invite(signed_in().staff.role),
        wifi=wifi_code(network.ssid) if network.mode == NetworkMode.HOTSPOT else "",
        ssid=network.ssid,
        trusted=here().own.trusted(),
    )


@pages.get("/admitted/<ticket>")
def ticket(ticket: str) -> ResponseReturnValue:
    """One button, so that whoever only looks does not use the ticket up."""
    if session() is not None:
        return redirect("/remote", HTTPStatus.SEE_OTHER)
    return render_template("console/sign_in_link.html", way=f"/admitted/{ticket}")


@pages.post("/admitted/<ticket>")
def come_in(ticket: str) -> ResponseReturnValue:
    """Sign in the device that was let in, and no other."""
    role = here().admissions.redeem(ticket, asker())
    if role is Role.ORGANISER and here().pairing.wanted():
        return granted(here().pairing.give_by_sight())
    found = None if role is None else here().sessions.with_role(role)
    if found is None:
        raise MatineeError("console.not_invited")
    return welcome(found)


def wifi_code(ssid: str) -> str:
    """What a camera joins an open Wi-Fi by (the convention of ZXing, read by iOS and Android)."""
    escaped = "".join(f"\\{letter}" if letter in '\\;,:"' else letter for letter in ssid)
    return f"WIFI:T:nopass;S:{escaped};;"
