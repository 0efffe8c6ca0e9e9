"""Please do not show me: somebody asks by their pass, and the clip is held until the crew has looked."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.model.gate import opens
from appliance.model.removal import LONGEST_WORDS, Removal, RemovalId
from appliance.store.audience_rows import AttendeeRow
from webui.portal.holders import holder_of
from webui.portal.portal import here, in_turn, tonight
from webui.portal.replay import Clip

pages = Blueprint("removal", __name__)

_SAID = frozenset({"asked", "back"})
"""What ``?just=`` may say: how the tap that led here ended."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish of theirs, as the page shows it."""

    asked: Removal
    down: bool
    """The clip it was about is gone."""


@pages.get("/pass/<capability>/remove")
def own(capability: str) -> str:
    """What they asked, and what they may ask: one clip, or every clip of their evening, also weeks later."""
    attendee, clips = holder_of(capability), here().clips
    gone = clips.taken_down(attendee.event)
    wishes = [Wish(one, one.clip in gone) for one in clips.asked(attendee.event, attendee.id)]
    just = request.args.get("just", "")
    return render_template(
        "portal/remove.html",
        event=tonight().event,
        capability=capability,
        wishes=wishes,
        whole=next((wish for wish in wishes if wish.asked.clip is None), None),
        clips=_seen_by(attendee),
        longest=LONGEST_WORDS,
        just=just if just in _SAID else "",
    )


@pages.post("/pass/<capability>/remove")
def ask(capability: str) -> Response:
    """Hold one clip, or all: in effect before this answers."""
    in_turn("receipt")
    attendee = holder_of(capability)
    clip = request.form.get("clip", "")
    known = {str(one.id) for one in here().clips.approved(attendee.event)}
    if clip and clip not in known:
        raise MatineeError("capture.no_clip", clip=clip[:40])
    words = request.form.get("words", "")
    here().capture.ask_removal(attendee.event, attendee.id, ClipId(clip) if clip else None, words)
    return redirect(url_for("removal.own", capability=capability, just="asked"), 303)


@pages.post("/pass/<capability>/remove/<removal>/back")
def take_back(capability: str, removal: str) -> Response:
    """They do not mind any more."""
    in_turn("receipt")
    here().capture.take_back_removal(RemovalId(removal), holder_of(capability).id)
    return redirect(url_for("removal.own", capability=capability, just="back"), 303)


def _seen_by(attendee: AttendeeRow) -> tuple[Clip, ...]:
    """Clips that they may watch: of another evening, or for members only, they ask by the whole evening."""
    event = tonight().event
    if attendee.event != event.id:
        return ()
    holding = here().desk.holdings.holding(attendee, event)
    return here().clips.approved(event.id) if opens(event.highlights, holding) else ()
