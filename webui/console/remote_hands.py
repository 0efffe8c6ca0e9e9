"""What hands set on the remote beside the verbs: plain forms; every remote sees what they did."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from appliance.ids import CueId, ItemId
from appliance.model.change import Change, PutIn, StartLater, Stretch, Swap, TakeOut
from appliance.model.lighting import look_of
from appliance.model.programme import HouseLights
from appliance.model.show_view import ShowView
from appliance.model.viewing import Viewing
from webui.console.console import here
from webui.console.guard import staff_only
from webui.console.remote import act
from webui.console.slips import LATER_S, LONGER_S

pages = Blueprint("remote_hands", __name__, url_prefix="/remote")

_FULL = 100
_LONGEST_S = 86400


@pages.post("/seek")
@staff_only()
def seek() -> ResponseReturnValue:
    """Go to a place in what is on; refused if that is not what the operator saw."""
    seconds, visit = _number("seconds", _LONGEST_S), _number("visit", None)
    return _done(lambda: here().show.seek(seconds * 1000, visit=visit), "There.")


@pages.post("/lights")
@staff_only()
def lights() -> ResponseReturnValue:
    """House lights by hand."""
    wish = request.form.get("lights", "")
    if wish not in set(HouseLights):
        raise BadRequest
    return _done(lambda: here().show.lights(HouseLights(wish)))


@pages.post("/dimmer")
@staff_only()
def dimmer() -> ResponseReturnValue:
    """House lights to a level of 0 to 100."""
    level = _number("level", _FULL) / _FULL
    return _done(lambda: here().show.lights(look_of(level), level))


@pages.post("/volume")
@staff_only()
def volume() -> ResponseReturnValue:
    """Volume by hand, 0 to 100, for the whole show."""
    level = _number("level", _FULL) / _FULL
    return _done(lambda: here().show.volume(level))


@pages.post("/viewing")
@staff_only()
def viewing() -> ResponseReturnValue:
    """Subtitles, sound, relaxed or not: for the whole show."""
    form = request.form
    wish = Viewing(form.get("subtitles", ""), form.get("audio_track", ""), "relaxed" in form)
    return _done(lambda: here().show.choose(wish), "Set for this show.")


@pages.post("/callout")
@staff_only()
def callout() -> ResponseReturnValue:
    """Words over what is on, until the next item; none take them off."""
    text = request.form.get("text", "")
    return _done(lambda: here().show.call_out(text), "On the screen." if text.strip() else "Taken off.")


@pages.post("/cues/<cue>")
@staff_only()
def fire(cue: str) -> ResponseReturnValue:
    """Fire a cue by hand."""
    nonce = request.form.get("nonce") or None
    return _done(lambda: here().show.fire(CueId(cue), nonce))


@pages.post("/items/enter")
@staff_only()
def enter() -> ResponseReturnValue:
    """Go to an item, whatever is on; refused if that is not what the operator saw."""
    visit = _number("visit", None)
    return _done(lambda: here().show.enter(_item("item"), visit=visit))


@pages.post("/stretch/<item>")
@staff_only()
def stretch(item: str) -> ResponseReturnValue:
    """Five minutes more of a timed card."""
    return _changed(Stretch(ItemId(item), LONGER_S), "Five minutes longer.")


@pages.post("/later")
@staff_only()
def later() -> ResponseReturnValue:
    """All that goes by the clock comes a quarter of an hour later."""
    return _changed(StartLater(LATER_S), "Fifteen minutes later.")


@pages.post("/take-out")
@staff_only()
def take_out() -> ResponseReturnValue:
    """Do not show an item."""
    return _changed(TakeOut(_item("item")), "Left out.")


@pages.post("/put-in")
@staff_only()
def put_in() -> ResponseReturnValue:
    """Show an item after all, before another one or as the last."""
    before = request.form.get("before") or None
    return _changed(PutIn(_item("item"), None if before is None else ItemId(before)), "Put in.")


@pages.post("/swap")
@staff_only()
def swap() -> ResponseReturnValue:
    """Two items trade places."""
    return _changed(Swap(_item("item"), _item("other")), "Swapped.")


def _changed(change: Change, said: str) -> ResponseReturnValue:
    """Change the programme that was seen: the same change of it, by one hand or by two, is one."""
    seen = request.form.get("seen")
    nonce = f"{seen}.{msgspec.json.encode(change).decode()}" if seen else None
    return _done(lambda: here().show.change(change, nonce), said)


def _done(ask: Callable[[], ShowView], said: str = "") -> ResponseReturnValue:
    return act(lambda: here().watch.take(ask()), said)


def _item(field: str) -> ItemId:
    return ItemId(_word(field))


def _word(field: str) -> str:
    word = request.form.get(field, "")
    if not word:
        raise BadRequest
    return word


def _number(field: str, most: int | None) -> int:
    word = _word(field)
    if not word.isascii() or not word.isdigit() or len(word) > len(str(_LONGEST_S)) + 2:
        raise BadRequest
    number = int(word)
    if most is not None and number > most:
        raise BadRequest
    return number
