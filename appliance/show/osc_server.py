"""Show control by OSC with QLab's verbs: a pure mapping of addresses to deeds, and of views to messages.

Source: QLab's OSC dictionary (qlab.app/docs/v5/scripting/osc-dictionary-v5). What QLab knows and a cinema has
no use for is answered with an error, as QLab answers an unknown address.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from appliance.ids import CueId, ItemId
from appliance.model.show_view import ItemView, Phase, ShowView, Verb

Value = str | int | float | bool
Message = tuple[str, tuple[Value, ...]]
"""Address and arguments."""

_VERBS = {
    "go": Verb.GO,
    "stop": Verb.HOLD,
    "hardStop": Verb.HOLD,
    "pause": Verb.PAUSE,
    "resume": Verb.RESUME,
    "reset": Verb.STANDBY,
    "standby": Verb.STANDBY,
    "panic": Verb.PANIC,
    "hold": Verb.HOLD,
    "next": Verb.NEXT,
    "back": Verb.BACK,
}
_OF_A_CUE = {"stop": Verb.HOLD, "pause": Verb.PAUSE, "resume": Verb.RESUME, "panic": Verb.PANIC}
_STARTS = frozenset({"start", "go"})
_WORKSPACE = "workspace"
_PREFIX_PARTS = 2
_LONGEST_S = 86400


@dataclass(frozen=True, slots=True)
class Press:
    """A verb."""

    verb: Verb


@dataclass(frozen=True, slots=True)
class Enter:
    """Start an item."""

    item: ItemId


@dataclass(frozen=True, slots=True)
class Fire:
    """Fire a cue."""

    cue: CueId


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something from outside."""

    name: str


@dataclass(frozen=True, slots=True)
class SeekTo:
    """Go to a place in the current item."""

    position_ms: int


@dataclass(frozen=True, slots=True)
class Mark:
    """Keep this moment: our own word, not QLab's."""


@dataclass(frozen=True, slots=True)
class Subscribe:
    """Tell me of changes, or no more."""

    on: bool


@dataclass(frozen=True, slots=True)
class Ask:
    """A question: what is answered with ``data``."""

    data: Any


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing of ours."""


Deed = Press | Enter | Fire | Trigger | SeekTo | Mark | Subscribe | Ask | Unknown


def deed(address: str, arguments: Sequence[object], view: ShowView) -> Deed:
    """Return what ``address`` asks of the show as it stands in ``view``."""
    match _parts(address):
        case [name] if name in _VERBS:
            return Press(_VERBS[name])
        case ["go", number] | ["cue", number, "start" | "go"]:
            return _start(number, view)
        case ["cue", "selected" | "playhead" | "active" | "current", verb] if verb in _OF_A_CUE:
            return Press(_OF_A_CUE[verb])
        case ["cue", number, verb] if verb in _OF_A_CUE and _item(number, view) == _current(view):
            return Press(_OF_A_CUE[verb])
        case ["cue", number, "loadAt"] if _item(number, view) == _current(view) is not None:
            return _seek(arguments)
        case ["cue", number, key]:
            found = _item(number, view)
            return Unknown() if found is None else _of_item(found, key, view)
        case ["trigger", name]:
            return Trigger(name)
        case ["updates" | "listen"]:
            return Subscribe(on=not arguments or bool(arguments[0]))
        case [word]:
            return _one_word(word, view)
        case _:
            return Unknown()


def reply(address: str, status: str, data: object, view: ShowView) -> Message:
    """Answer ``address`` as QLab does: one JSON string."""
    body = {"workspace_id": view.show, "address": address, "status": status, "data": data}
    return f"/reply{address}", (msgspec.json.encode(body).decode(),)


def updates(before: ShowView | None, after: ShowView) -> list[Message]:
    """Return what those who follow are told when ``before`` became ``after``."""
    now, then = _told(after), {} if before is None else _told(before)
    return [(address, (value,)) for address, value in now.items() if then.get(address) != value]


def _told(view: ShowView) -> dict[str, Value]:
    current, following = _current(view), _following(view)
    workspace = f"/update/{_WORKSPACE}/{view.show or view.event or 'none'}"
    return {
        f"{workspace}/cueList/programme/playbackPosition": following.id if following else "none",
        f"{workspace}/cue_id/{current.id if current else 'none'}": view.phase.value,
        "/matinee/phase": view.phase.value,
        "/matinee/now": current.title if current else "",
        "/matinee/next": following.title if following else "",
        "/matinee/lights": view.lights.value,
        "/matinee/version": view.version,
        "/matinee/fault": view.faults[0] if view.faults else "",
    }


def _parts(address: str) -> list[str]:
    parts = [part for part in address.split("/") if part]
    return parts[2:] if len(parts) >= _PREFIX_PARTS and parts[0] == _WORKSPACE else parts


def _start(number: str, view: ShowView) -> Deed:
    if number in {"selected", "playhead"}:
        return Press(Verb.GO)
    if any(cue.id == number for cue in view.cues):
        return Fire(CueId(number))
    found = _item(number, view)
    return Unknown() if found is None else Enter(ItemId(found.id))


def _seek(arguments: Sequence[object]) -> Deed:
    seconds = arguments[0] if arguments else None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < _LONGEST_S:
        return Unknown()
    return SeekTo(round(seconds * 1000))


def _item(number: str, view: ShowView) -> ItemView | None:
    """Find an item by id or by its number on the programme, from 1."""
    found = next((item for item in view.items if item.id == number), None)
    if found is None and number.isascii() and number.isdigit() and 1 <= int(number[:6]) <= len(view.items):
        return view.items[int(number[:6]) - 1]
    return found


def _current(view: ShowView) -> ItemView | None:
    return None if view.index is None else view.items[view.index]


def _following(view: ShowView) -> ItemView | None:
    if view.phase is Phase.OVER:
        return None
    at = 0 if view.index is None else view.index + 1
    return view.items[at] if at < len(view.items) else None


def _one_word(word: str, view: ShowView) -> Deed:
    match word:
        case "mark":
            return Mark()
        case "version":
            return Ask("5.0")
        case "workspaces":
            name = {"uniqueID": view.show, "displayName": view.title, "hasPasscode": False, "version": "5.0"}
            return Ask([name] if view.show else [])
        case "connect":
            return Ask("ok:view|edit|control")
        case "thump":
            return Ask("thump")
        case "disconnect":
            return Subscribe(on=False)
        case "cueLists":
            items = [_described(item, view) for item in view.items]
            whole = {"uniqueID": "programme", "number": "", "name": view.title, "type": "Cue List"}
            return Ask([{**whole, "cues": items}])
        case "runningCues" | "runningOrPausedCues":
            current = _current(view)
            shown = view.phase in {Phase.RUNNING, Phase.PAUSED}
            return Ask([_described(current, view)] if current is not None and shown else [])
        case "selectedCues":
            following = _following(view)
            return Ask([] if following is None else [_described(following, view)])
        case _:
            return Unknown()


def _of_item(item: ItemView, key: str, view: ShowView) -> Deed:
    here = item == _current(view)
    match key:
        case "isRunning":
            return Ask(here and view.phase is Phase.RUNNING)
        case "isPaused":
            return Ask(here and view.phase is Phase.PAUSED)
        case "actionElapsed":
            return Ask(view.position_ms / 1000 if here else 0.0)
        case "duration" | "currentDuration":
            return Ask((item.duration_ms or 0) / 1000)
        case "displayName" | "listName":
            return Ask(item.title)
        case _:
            described = _described(item, view)
            return Ask(described[key]) if key in described else Unknown()


def _described(item: ItemView, view: ShowView) -> dict[str, str]:
    number = str(view.items.index(item) + 1)
    return {"uniqueID": item.id, "number": number, "name": item.title, "type": "Video"}
