"""What an internet line that is paid by the megabyte may carry, and when clips go up."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.model.allowance import Allowance
from appliance.model.sync_view import SyncView
from appliance.model.way_words import way_words
from webui.console.console import here
from webui.console.guard import staff_only

pages = Blueprint("setup_uplink", __name__)


@pages.get("/setup/uplink")
@staff_only()
def place() -> ResponseReturnValue:
    """Where it is said: who comes back here by their browser's history finds it."""
    return redirect("/setup#uplink", HTTPStatus.SEE_OTHER)


@pages.post("/setup/uplink")
@staff_only()
def limits() -> ResponseReturnValue:
    """Keep what the form says; ``sync.bad_allowance`` or ``sync.bad_hours`` if it can not be meant."""
    form = request.form
    here().sync.allow(
        Allowance(
            _megabytes(form.get("mb_per_day", "")),
            _megabytes(form.get("mb_per_event", "")),
            form.get("clips_from", "").strip(),
            form.get("clips_until", "").strip(),
        )
    )
    return redirect("/setup#uplink", HTTPStatus.SEE_OTHER)


def clip_words(sync: SyncView | None) -> str:
    """How far the clip is that goes up now; empty if none does."""
    if sync is None or not sync.clip.now:
        return ""
    clip = sync.clip
    return way_words(clip.done_bytes, clip.size_bytes, clip.rate_bytes_s, clip.left_s)


def _megabytes(said: str) -> int:
    text = said.strip() or "0"
    if not (text.isascii() and text.isdigit()):
        raise MatineeError("sync.bad_allowance")
    return int(text)
