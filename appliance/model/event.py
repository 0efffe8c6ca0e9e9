"""One evening at one venue, as its manifest describes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.clock import ClockTrust
from appliance.ids import DropId, EventId
from appliance.model.asking import USUAL_CAP, AskCap
from appliance.model.cue import Cue
from appliance.model.drop import NO_TILL, Drop, Tier, Till
from appliance.model.gate import FREE, Extra, Gate
from appliance.model.licence import Licence, Ruling, judge
from appliance.model.network_view import ReleaseRule
from appliance.model.plan import NO_PLAN, Plan
from appliance.model.programme import Programme
from appliance.model.viewing import AS_IT_IS, Viewing


@dataclass(frozen=True, slots=True)
class Venue:
    """The house."""

    name: str
    place: str = ""
    capacity: int = 50
    """People the room may hold."""
    access: tuple[str, ...] = ()
    """Access facts in plain words, shown before doors."""
    access_places: int = 0
    """Places that are kept for who needs them: wheelchairs, a carer beside, room for a dog."""
    sightlines: tuple[str, ...] = ()
    """From where one sees how well, in plain words."""
    region: str = ""
    """Country, ISO 3166-1 alpha-2; empty: not said."""


@dataclass(frozen=True, slots=True)
class Organiser:
    """Who owns the box and the audience."""

    name: str
    contact: str = ""


class Resume(StrEnum):
    """What a running show does after a power cut."""

    RESUME = "resume"
    """It goes on where it was."""
    HOLD = "hold"
    """A calm card, until an operator presses Resume."""


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
    resume: Resume = Resume.RESUME
    public_page: str = ""
    """Address of the same sign-up over mobile data; empty: there is none."""
    licences: tuple[Licence, ...] = ()
    viewing: Viewing = AS_IT_IS
    internet: ReleaseRule | None = None
    """What a phone's last tap opens; None: what the venue usually does."""
    till: Till = NO_TILL
    tiers: tuple[Tier, ...] = ()
    """Memberships that are offered tonight."""
    extras: tuple[Extra, ...] = ()
    """Films for phones, beside the show."""
    highlights: Gate = FREE
    """Who may watch the moments of tonight."""
    blur_faces: bool = False
    """In every cut of every clip."""
    live: bool = False
    """Phones in the room see what is filmed while it is."""
    stream: bool = False
    """What is filmed goes out live, where the box knows whereto."""
    asking: AskCap = USUAL_CAP
    """How often somebody is asked to become a member."""
    plan: Plan = NO_PLAN
    """What it needs beside the programme: people, things, papers."""

    @property
    def is_filmed(self) -> bool:
        """Whether the room may be filmed in one of its items."""
        return any(item.capture for item in self.programme.everything)

    @property
    def asks_the_room(self) -> bool:
        """Whether one of its items asks something that phones answer."""
        return any(item.poll for item in self.programme.everything)

    @property
    def is_live(self) -> bool:
        """Whether phones see the room while it is filmed: not where faces are to be blurred."""
        return self.live and not self.blur_faces

    @property
    def is_streamed(self) -> bool:
        """Whether what is filmed goes out live, likewise."""
        return self.stream and not self.blur_faces

    @property
    def films(self) -> tuple[str, ...]:
        """Every film file of the evening, each once, also those that only phones show."""
        shown = [item.film for item in self.programme.everything if item.film is not None]
        return tuple(dict.fromkeys((*shown, *(extra.film for extra in self.extras))))

    def ruling(self, film: str, now: datetime, trust: ClockTrust) -> Ruling:
        """How the file ``film`` stands to its licences at this venue now."""
        return judge(self.licences, film, self.venue.name, self.venue.region, now, trust)

    def drop(self, drop: DropId) -> Drop:
        """The drop of that id; ``KeyError`` if the event has none."""
        for candidate in self.drops:
            if candidate.id == drop:
                return candidate
        raise KeyError(drop)
