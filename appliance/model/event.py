"""One evening at one venue, as its manifest describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.ids import DropId, EventId
from appliance.model.cue import Cue
from appliance.model.programme import Programme


@dataclass(frozen=True, slots=True)
class Venue:
    """The house."""

    name: str
    place: str = ""
    capacity: int = 50
    """People the room may hold."""
    access: tuple[str, ...] = ()
    """Access facts in plain words, shown before doors."""


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who owns the box and the audience."""

    name: str
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Drop:
    """Something limited, taken one by each attendee, within the window that cues open and close."""

    id: DropId
    title: str
    stock: int
    text: str = ""
    price_minor: int = 0
    """In the smallest unit of ``currency``; 0 is free."""
    currency: str = "EUR"
    pick_up: str = ""
    """Where and when it is handed over."""


@dataclass(frozen=True, slots=True)
class Event:
    """The whole plan of an evening."""

    id: EventId
    title: str
    starts: datetime
    doors: datetime
    venue: Venue
    organiser: Organiser
    programme: Programme
    cues: tuple[Cue, ...] = ()
    drops: tuple[Drop, ...] = ()
    language: str = "en"
    text: str = ""

    def drop(self, drop: DropId) -> Drop:
        """The drop of that id; ``KeyError`` if the event has none."""
        for candidate in self.drops:
            if candidate.id == drop:
                return candidate
        raise KeyError(drop)
