"""The evening's clips: look at each, let it go or take it down, and who asked not to be shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model.capture import REEL, Clip, ClipState
from appliance.model.removal import RemovalId
from appliance.model.reuse import ReuseDoubt
from webui.console.console import here
from webui.console.desk import EVERYBODY
from webui.console.guard import SHOW_ROLES, signed_in, staff_only
from webui.look.problem import sentence_of
from webui.look.words import length

pages = Blueprint("desk_clips", __name__)

_TYPES = {"mp4": "video/mp4", "jpg": "image/jpeg", "vtt": "text/vtt"}
_SAID = frozenset({"reel", "approved", "down", "not-in-it", "captions", "no-captions"})
"""What ``?just=`` may say: how the tap that led here ended."""
_FEWEST = 2
"""Of fewer clips there is no reel."""
_FIRST = {ClipState.HELD: 0, ClipState.MADE: 1, ClipState.APPROVED: 2}


@dataclass(frozen=True, slots=True)
class Card:
    """One clip on the page."""

    clip: Clip
    title: str
    doubts: Sequence[ReuseDoubt] = ()


@pages.get("/desk/clips")
@staff_only(EVERYBODY)
def clips() -> ResponseReturnValue:
    """What somebody has to look at first, then what waits for a yes, then what is out."""
    return page()


@pages.post("/desk/clips/<clip>/approve")
@staff_only(SHOW_ROLES)
def approve(clip: str) -> ResponseReturnValue:
    """Let it be shown and leave the box."""
    return act("approved", clip, lambda: here().capture.approve(ClipId(clip)))


@pages.post("/desk/clips/<clip>/down")
@staff_only(SHOW_ROLES)
def take_down(clip: str) -> ResponseReturnValue:
    """Take it down, for good, everywhere."""
    return act("down", clip, lambda: here().capture.withdraw(ClipId(clip)))


@pages.post("/desk/clips/<clip>/not-in-it/<removal>")
@staff_only(SHOW_ROLES)
def not_in_it(clip: str, removal: str) -> ResponseReturnValue:
    """Somebody looked: whoever asked is not to be seen."""
    return act("not-in-it", clip, lambda: here().capture.not_in_it(RemovalId(removal), ClipId(clip)))


@pages.post("/desk/clips/reel")
@staff_only(SHOW_ROLES)
def reel() -> ResponseReturnValue:
    """Make the evening's reel of what may be shown now."""
    event = EventId(here().house.look().event)
    return act("reel", "", lambda: here().capture.make_reel(event))


@pages.get("/desk/clips/<clip>.<kind>")
@staff_only(EVERYBODY)
def file(clip: str, kind: str) -> ResponseReturnValue:
    """Film, picture or captions of a clip of this box, approved or not."""
    known = {found.id: found for found in here().capture.clips()}.get(ClipId(clip))
    found = known.file(kind) if known is not None and kind in _TYPES else None
    path = here().paths.clips / found.name if found is not None else None
    if path is None or not path.is_file():
        abort(HTTPStatus.NOT_FOUND)
    response: Response = send_file(path.absolute(), mimetype=_TYPES[kind], conditional=True)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def act(said: str, clip: str, deed: Callable[[], object]) -> ResponseReturnValue:
    """Do it, and lead back to the clip; the page says how it ended."""
    try:
        deed()
    except MatineeError as fault:
        return page(fault)
    place = f"clip-{clip}" if clip else None
    return redirect(url_for("desk_clips.clips", just=said, _anchor=place), HTTPStatus.SEE_OTHER)


def page(fault: MatineeError | None = None) -> ResponseReturnValue:
    """All clips, and what is wrong."""
    try:
        cards = _cards()
    except MatineeError as away:
        cards, fault = [], fault or away
    just = request.args.get("just", "")
    whole = render_template(
        "console/desk_clips.html",
        cards=cards,
        state=ClipState,
        may_have_a_reel=sum(card.clip.state is ClipState.APPROVED for card in cards) >= _FEWEST,
        just=just if just in _SAID and fault is None else "",
        captioned=request.args.get("clips", 1, int),
        left_out=request.args.get("out", 0, int),
        language=here().house.look().language,
        wrong="" if fault is None else sentence_of(fault),
        runs_show=signed_in().staff.role in SHOW_ROLES,
    )
    return make_response(whole, HTTPStatus.OK if fault is None else HTTPStatus.CONFLICT)


def _cards() -> list[Card]:
    """Of the evening that is loaded: by hand before heard, the best before the rest."""
    event, titles = here().house.look().event, here().house.titles()
    found = [clip for clip in here().capture.clips() if clip.event == event and clip.state in _FIRST]
    found.sort(key=lambda clip: (_FIRST[clip.state], clip.score is not None, -(clip.score or 0.0)))
    doubts = here().capture.doubts(EventId(event)) if found else {}
    return [Card(clip, _title(clip, titles), doubts.get(clip.id, ())) for clip in found]


def _title(clip: Clip, titles: Mapping[str, str]) -> str:
    if clip.by == REEL:
        return str(gettext("The reel of the evening"))
    return f"{titles.get(clip.item, clip.item)}, {length(clip.position_ms)}"
