"""Captions of the evening's clips: a file that somebody had written elsewhere, given by the desk."""

from __future__ import annotations

import re
from http import HTTPStatus

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from appliance.errors import MatineeError
from appliance.ids import ClipId
from cache.subtitles_beside import decoded
from webui.console.console import here
from webui.console.desk_clips import act, page
from webui.console.guard import SHOW_ROLES, staff_only

pages = Blueprint("desk_captions", __name__)

_LARGEST_BYTES = 1 << 20
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)")


@pages.before_request
def roomy() -> None:
    """A transcript of two hours is larger than other forms."""
    if request.endpoint == "desk_captions.give":
        request.max_content_length = _LARGEST_BYTES


@pages.post("/desk/clips/<clip>/captions")
@staff_only(SHOW_ROLES)
def give(clip: str) -> ResponseReturnValue:
    """Take a file for that clip, or for every clip of its item."""
    sent = request.files.get("file")
    raw = sent.stream.read(_LARGEST_BYTES) if sent is not None else b""
    language = request.form.get("language", "").strip()
    try:
        begins_ms = _begins_ms() if request.form.get("whole") else None
        text, _ = decoded(raw, language)
        done = here().capture.give_captions(ClipId(clip), text, language, begins_ms)
    except MatineeError as fault:
        return page(fault)
    said = url_for(
        "desk_clips.clips",
        just="captions",
        clips=len(done.clips),
        out=len(done.left_out),
        _anchor=f"clip-{clip}",
    )
    return redirect(said, HTTPStatus.SEE_OTHER)


@pages.post("/desk/clips/<clip>/captions/remove")
@staff_only(SHOW_ROLES)
def take_away(clip: str) -> ResponseReturnValue:
    """That clip has none any more."""
    return act("no-captions", clip, lambda: here().capture.take_captions_away(ClipId(clip)))


def _begins_ms() -> int:
    """Minutes and seconds, or hours before them; raises ``capture.no_place``."""
    words = request.form.get("begins", "").strip() or "0:00"
    found = _CLOCK.fullmatch(words)
    if found is None:
        raise MatineeError("capture.no_place", words=words[:20])
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000
