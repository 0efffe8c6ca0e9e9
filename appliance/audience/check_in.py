"""Who is let in: the rules of the door, as pure functions of who stands there and how full the room is."""

from __future__ import annotations

from appliance.model.door import DoorAnswer, Person, Room

ADMITTING = frozenset({DoorAnswer.LET_IN, DoorAnswer.CAME_BACK})
"""After these they are inside."""


def decide_in(person: Person, room: Room, *, access_place: bool, override: bool) -> DoorAnswer:
    """Decide whether ``person`` may come in. ``override``: an operator says so, whatever the limit is.

    Nobody is counted twice: who is inside already is told so, and the room is no fuller for it.
    """
    if person.inside:
        return DoorAnswer.ALREADY_IN
    if room.inside + person.people > room.capacity and not override:
        return DoorAnswer.FULL
    if access_place and room.access_taken >= room.access_places and not override:
        return DoorAnswer.NO_ACCESS_PLACE
    return DoorAnswer.CAME_BACK if person.since is not None else DoorAnswer.LET_IN


def decide_out(person: Person) -> DoorAnswer:
    """Decide whether ``person`` can go out: only who is inside can."""
    return DoorAnswer.WENT_OUT if person.inside else DoorAnswer.NOT_INSIDE


def decide_undo(person: Person, act: str, *, undone: bool) -> DoorAnswer:
    """Decide whether ``act`` of ``person`` can be taken back: their last one, once."""
    return DoorAnswer.UNDONE if not undone and person.act == act else DoorAnswer.NOTHING_TO_UNDO
