"""The venue's Wi-Fi: what is heard, joining it, and what went wrong."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ipc.network_client import JoinWish
from appliance.model.wifi_view import HeardNetwork, Lock, WifiState, WifiView
from webui.console.console import here
from webui.console.guard import owner_only

pages = Blueprint("setup_wifi", __name__)

_LOCKS = {
    Lock.OPEN: "open",
    Lock.PASSWORD: "asks for a password",
    Lock.ACCOUNT: "asks for a name and a password: not for a box",
    Lock.OLD: "WEP, which the box does not join",
}
_STRONG, _FAIR = 60, 30


@pages.get("/setup/wifi")
@owner_only
def wifi() -> ResponseReturnValue:
    """The list; while a network is being joined the page looks again by itself."""
    return _page()


@pages.post("/setup/wifi/join")
@owner_only
def join() -> ResponseReturnValue:
    """Join one; the page then shows how far it is."""
    form = request.form
    wish = JoinWish(form.get("ssid", ""), form.get("password", ""), form.get("hidden") == "yes")
    try:
        here().network.join(wish)
    except MatineeError as fault:
        return make_response(_page(fault.sentence, wish.ssid), HTTPStatus.BAD_REQUEST)
    return redirect("/setup/wifi", HTTPStatus.SEE_OTHER)


@pages.post("/setup/wifi/scan")
@owner_only
def scan() -> ResponseReturnValue:
    """Listen anew."""
    here().network.scan()
    return redirect("/setup/wifi", HTTPStatus.SEE_OTHER)


@pages.post("/setup/wifi/forget")
@owner_only
def forget() -> ResponseReturnValue:
    """Only ever because somebody pressed it."""
    here().network.forget(request.form.get("ssid", ""))
    return redirect("/setup/wifi", HTTPStatus.SEE_OTHER)


@pages.app_template_filter("reception")
def reception(network: HeardNetwork) -> str:
    """How well it is heard, in a word."""
    if not network.strength:
        return "not heard now"
    return "strong" if network.strength >= _STRONG else "fair" if network.strength >= _FAIR else "weak"


def _page(wrong: str = "", chosen: str = "") -> str:
    try:
        view = here().network.wifi()
    except MatineeError as fault:
        view, wrong = WifiView(), wrong or fault.sentence
    return render_template(
        "console/setup_wifi.html",
        view=view,
        locks=_LOCKS,
        joining=view.state is WifiState.JOINING,
        wrong=wrong,
        chosen=chosen or request.args.get("ssid", ""),
    )
