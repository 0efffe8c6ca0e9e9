"""The time: what this box shows, how it knows, and a person's word where no time service is heard."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_time", __name__)

_HOW = {
    ClockTrust.PROVEN: "A time service on the internet vouches for it.",
    ClockTrust.TOLD: "Somebody here said so; that holds until the box starts again.",
    ClockTrust.NONE: (
        "Nobody has told this box the time since it started: what is to begin by the clock waits for GO."
    ),
}


@pages.post("/setup/time")
@staff_only()
def tell() -> ResponseReturnValue:
    """Take the phone's time, else what was typed, in the box's time zone; ``console.no_time`` if neither."""
    phone, typed = request.form.get("phone", ""), request.form.get("at", "")
    try:
        at = datetime.fromisoformat(phone or typed)
        at = at.astimezone()
    except (ValueError, OverflowError) as fault:
        raise MatineeError("console.no_time") from fault
    here().show.believe_clock(at=at)
    return redirect("/setup#time", HTTPStatus.SEE_OTHER)


def time_words() -> dict[str, str]:
    """For Setup: what is shown, how it is known, and what the field says; no field where it is proven."""
    clock = here().clock
    now, trust = clock.now().astimezone(), clock.trust
    field = "" if trust is ClockTrust.PROVEN else f"{now:%Y-%m-%dT%H:%M}"
    return {"shown": f"{now:%H:%M, %A %d %B %Y}", "how": _HOW[trust], "field": field}
