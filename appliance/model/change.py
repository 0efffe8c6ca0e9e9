"""Changes of a programme in the last minute: a version of it, and what becomes of the event by that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import assert_never

import msgspec

from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.model.cue import Cue
from appliance.model.event import Event
from appliance.model.programme import Item, Programme

MOST_LATE_S = 12 * 3600

# Structs, not dataclasses, because a union of values on a socket needs a tag.


class TakeOut(msgspec.Struct, frozen=True, tag="take_out"):
    """``item`` is not shown."""

    item: ItemId


class PutIn(msgspec.Struct, frozen=True, tag="put_in"):
    """``item``, a reserve or one taken out, is shown before ``before``; None: as the last."""

    item: ItemId
    before: ItemId | None = None


class Swap(msgspec.Struct, frozen=True, tag="swap"):
    """``item`` and ``other`` trade places; a reserve comes in, and the other one goes out."""

    item: ItemId
    other: ItemId


class Stretch(msgspec.Struct, frozen=True, tag="stretch"):
    """The timed card ``item`` stands ``seconds`` longer; negative: shorter."""

    item: ItemId
    seconds: int


class StartLater(msgspec.Struct, frozen=True, tag="start_later"):
    """All that goes by the clock comes ``seconds`` later; negative: earlier again."""

    seconds: int


Change = TakeOut | PutIn | Swap | Stretch | StartLater


@dataclass(frozen=True, slots=True)
class ProgrammeVersion:
    """What differs from the manifest. Positions stay with items' ids."""

    number: int
    items: tuple[ItemId, ...]
    extra_s: Mapping[ItemId, int] = field(default_factory=dict)
    late_s: int = 0


def first(event: Event) -> ProgrammeVersion:
    """The programme as the manifest has it."""
    return ProgrammeVersion(1, tuple(item.id for item in event.programme.items))


def changed(
    version: ProgrammeVersion, planned: Event, change: Change, current: ItemId | None
) -> ProgrammeVersion:
    """The version after ``change``; ``current`` is on the screen and stays where it is.

    Raises ``show.*`` where the change makes no sense. ``planned`` is the event as its manifest has it.
    """
    known = {item.id: item for item in planned.programme.everything}
    for named in _named(change):
        if named not in known:
            raise MatineeError("show.unknown_item", item=named)
    new = replace(version, number=version.number + 1)
    match change:
        case TakeOut(item=item):
            _require_not(item, current, known)
            return _ordered(new, tuple(other for other in _listed(version, item) if other != item))
        case PutIn(item=item, before=before):
            return _ordered(new, _put_in(version, item, before))
        case Swap(item=item, other=other):
            for moved in (item, other):
                _require_not(moved, current, known)
            return _ordered(new, _swapped(version, item, other))
        case Stretch(item=item, seconds=seconds):
            return replace(new, extra_s=_stretched(version, known[item], seconds))
        case StartLater(seconds=seconds):
            late_s = version.late_s + seconds
            if abs(late_s) > MOST_LATE_S:
                raise MatineeError("show.too_late")
            return replace(new, late_s=late_s)
        case _:
            assert_never(change)


def amended(planned: Event, version: ProgrammeVersion) -> Event:
    """The event with ``version`` of its programme: order, lengths, and times as they are now."""
    late = timedelta(seconds=version.late_s)
    known = {item.id: _amend(item, version, late) for item in planned.programme.everything}
    items = tuple(known[item] for item in version.items)
    reserves = tuple(item for name, item in known.items() if name not in version.items)
    return replace(
        planned,
        starts=planned.starts + late,
        programme=Programme(items, reserves),
        cues=tuple(_delayed(cue, late) for cue in planned.cues),
    )


def _named(change: Change) -> tuple[ItemId, ...]:
    match change:
        case TakeOut(item=item) | Stretch(item=item):
            return (item,)
        case PutIn(item=item, before=before):
            return (item,) if before is None else (item, before)
        case Swap(item=item, other=other):
            return (item, other)
        case StartLater():
            return ()
        case _:
            assert_never(change)


def _amend(item: Item, version: ProgrammeVersion, late: timedelta) -> Item:
    seconds = None if item.seconds is None else item.seconds + version.extra_s.get(item.id, 0)
    return replace(item, seconds=seconds, at=None if item.at is None else item.at + late)


def _delayed(cue: Cue, late: timedelta) -> Cue:
    return cue if cue.time is None else replace(cue, time=cue.time + late)


def _require_not(item: ItemId, current: ItemId | None, known: Mapping[ItemId, Item]) -> None:
    if item == current:
        raise MatineeError("show.item_on_screen", title=known[item].title)


def _listed(version: ProgrammeVersion, item: ItemId) -> tuple[ItemId, ...]:
    if item not in version.items:
        raise MatineeError("show.not_on_programme", item=item)
    return version.items


def _put_in(version: ProgrammeVersion, item: ItemId, before: ItemId | None) -> tuple[ItemId, ...]:
    if item in version.items:
        raise MatineeError("show.on_programme_already", item=item)
    at = len(version.items) if before is None else _listed(version, before).index(before)
    return (*version.items[:at], item, *version.items[at:])


def _swapped(version: ProgrammeVersion, item: ItemId, other: ItemId) -> tuple[ItemId, ...]:
    if item not in version.items and other not in version.items:
        raise MatineeError("show.not_on_programme", item=item)
    places = {item: other, other: item}
    return tuple(places.get(name, name) for name in version.items)


def _stretched(version: ProgrammeVersion, item: Item, seconds: int) -> Mapping[ItemId, int]:
    if item.seconds is None:
        raise MatineeError("show.not_timed", title=item.title)
    extra = version.extra_s.get(item.id, 0) + seconds
    if item.seconds + extra < 1:
        raise MatineeError("show.too_short", title=item.title)
    return {**version.extra_s, item.id: extra}


def _ordered(version: ProgrammeVersion, items: tuple[ItemId, ...]) -> ProgrammeVersion:
    if not items:
        raise MatineeError("show.empty_programme")
    return replace(version, items=items)
