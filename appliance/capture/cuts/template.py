"""Which cuts a moment gets and what their panel says, by its place in the evening."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.capture.cuts.lower_third import Words
from appliance.capture.cuts.shape import PORTRAIT, SQUARE
from appliance.ids import ItemId
from appliance.model.capture import REEL, Clip
from appliance.model.event import Event


class Part(StrEnum):
    """A part of the evening."""

    SET_UP = "set-up"
    """Before the first film."""
    MID_SHOW = "mid-show"
    POST_SHOW = "post-show"
    """After the last film."""


@dataclass(frozen=True, slots=True)
class Template:
    """How the cuts of one part are made."""

    cuts: tuple[str, ...]
    longest_ms: int
    """Vertical pictures are watched for seconds."""


TEMPLATES = {
    Part.SET_UP: Template((PORTRAIT,), 8_000),
    Part.MID_SHOW: Template((PORTRAIT, SQUARE), 15_000),
    Part.POST_SHOW: Template((PORTRAIT, SQUARE), 30_000),
}


NO_WORDS = Words("", "")
"""Where the picture has its panel already."""

REEL_TEMPLATE = Template((PORTRAIT, SQUARE), 60_000)
"""Of the evening's reel: whole."""


def template_of(event: Event, clip: Clip) -> Template:
    """How the cuts of ``clip`` are made."""
    return REEL_TEMPLATE if clip.by == REEL else TEMPLATES[part_of(event, clip.item)]


def part_of(event: Event, item: ItemId) -> Part:
    """Where ``item`` stands in the evening; one that is not on the programme any more is mid-show."""
    items = event.programme.items
    films = [place for place, one in enumerate(items) if one.is_film]
    place = next((place for place, one in enumerate(items) if one.id == item), None)
    if place is None or not films:
        return Part.MID_SHOW
    if place < films[0]:
        return Part.SET_UP
    return Part.POST_SHOW if place > films[-1] else Part.MID_SHOW


def words_of(event: Event, item: ItemId) -> Words:
    """What the panel says: the item and where it was; before the films, the evening itself."""
    where = ", ".join(name for name in (event.venue.name, event.venue.place) if name)
    title = next((one.title for one in event.programme.items if one.id == item), event.title)
    return Words(event.title if part_of(event, item) is Part.SET_UP else title, where)


def stretch(duration_ms: int, moment_ms: int, longest_ms: int) -> tuple[int, int]:
    """From where to where of a clip a cut of it goes: two thirds of it lie before the moment."""
    if duration_ms <= longest_ms:
        return 0, duration_ms
    begin = min(max(0, moment_ms - longest_ms * 2 // 3), duration_ms - longest_ms)
    return begin, begin + longest_ms
