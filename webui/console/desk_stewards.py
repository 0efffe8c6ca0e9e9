"""Bringing a steward to the desk: a code that signs one phone in, once. No user names."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from appliance.store.console_rows import Role
from webui.console.console import here
from webui.console.guard import SHOW_ROLES, staff_only

pages = Blueprint("desk_stewards", __name__)


@pages.get("/desk/stewards")
@staff_only(SHOW_ROLES)
def stewards() -> ResponseReturnValue:
    """Explain, and offer the button."""
    return render_template("console/desk_stewards.html", link="", by_wifi="")


@pages.post("/desk/stewards")
@staff_only(SHOW_ROLES)
def invite() -> ResponseReturnValue:
    """Make the codes for one phone: for the crew's network, and for one that is on the guests' Wi-Fi."""
    token = here().sessions.new_link(Role.STEWARD)
    return render_template(
        "console/desk_stewards.html",
        link=f"{here().config.console.address}/sign-in/{token}",
        by_wifi=here().admissions.invite(Role.STEWARD),
    )
