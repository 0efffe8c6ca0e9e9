"""What waits for the organiser's bucket, and how the box tells the bucket that it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.model.allowance import NO_LIMIT, Allowance


class BucketState(StrEnum):
    """How the organiser's bucket answers."""

    NONE = "none"
    """None is set up; everything stays on the box."""
    READY = "ready"
    AWAY = "away"
    """No answer; it is tried again by itself."""
    REFUSED = "refused"
    """It answered no: a person has to act."""


@dataclass(frozen=True, slots=True)
class LaneView:
    """One lane of the outbox: ``people``, ``facts`` or ``clips``."""

    lane: str
    count: int
    """Rows that wait."""
    size_bytes: int
    """What they weigh before compression; of clips, their files, whatever of one is up already."""
    oldest_s: float
    """Seconds since the oldest of them was written; 0 if none waits."""
    pushed: int
    """Rows that are in the bucket."""


@dataclass(frozen=True, slots=True)
class ContentView:
    """What comes down from the organiser, and how far it has come."""

    films_ready: int = 0
    films: int = 0
    """Films that published events need; 0: nothing is published, or nothing was believed yet."""
    now: str = ""
    """The film that is being brought; empty: none."""
    done_bytes: int = 0
    size_bytes: int = 0
    rate_bytes_s: float = 0.0
    left_s: float | None = None
    """Seconds until this film is there, as it goes now."""
    sentence: str = ""
    """What a person should know; empty if all is well."""
    damaged: tuple[str, ...] = ()
    """Names of films in which damage was found that is not mended yet."""
    checking: str = ""
    """The film that is being read again; empty: none."""

    @property
    def way(self) -> str:
        """``2 of 3 films ready``; empty once all are, or while none is wanted."""
        return f"{self.films_ready} of {self.films} films ready" if self.films_ready < self.films else ""


@dataclass(frozen=True, slots=True)
class SyncView:
    """Everything a page shows about the push."""

    bucket: BucketState
    sentence: str
    """What a person should know; empty if all is well."""
    lanes: tuple[LaneView, ...]
    """In the order in which they go up."""
    last_success: datetime | None
    """When the bucket last took something."""
    given_up: tuple[str, ...] = ()
    """Sentences: what will never go up, and why."""

    faults: tuple[str, ...] = ()
    """Sentences: what could not be read, and therefore waits unseen."""
    content: ContentView = ContentView()
    held: tuple[str, ...] = ()
    """Sentences: what waits because the internet line is metered, or for the hours in which clips go."""
    allowance: Allowance = NO_LIMIT
    """What the line may carry."""
    clip: ContentView = ContentView()
    """The clip that goes up now."""
    streams: tuple[str, ...] = ()
    """Sentences: which guests' streams the player asks for and does not get; which programs hear nothing."""
    replaced: str = ""
    """A sentence if another card is this box now, so that nothing goes up from here; else empty."""

    @property
    def on_idle_screen(self) -> str:
        """What the projector says while no event is loaded; empty if there is nothing to say."""
        return "This card was replaced. Setup says more." if self.replaced else self.content.way

    @property
    def waiting(self) -> int:
        """Rows of all lanes that wait."""
        return sum(lane.count for lane in self.lanes)


class HealthState(StrEnum):
    """How a box is, in one word."""

    GOOD = "good"
    CARE = "care"
    """Something wants looking after."""
    GRAVE = "grave"
    """The evening itself is in danger: a damaged file, or no room on the card."""


@dataclass(frozen=True, slots=True)
class BoxHealth:
    """How a box is; what exactly, its own pages say."""

    state: HealthState = HealthState.GOOD
    sentences: int = 0
    """How many things there are to say."""


@dataclass(frozen=True, slots=True)
class BoxState:
    """``state.json`` of a box: what the organiser's window shows of a venue, live."""

    box: str
    name: str
    at: str
    """RFC 3339, UTC; when it last changed, not when it was last seen."""
    event: str = ""
    title: str = ""
    phase: str = "none"
    item: str = ""
    item_title: str = ""
    position_ms: int = 0
    """How far the item was at ``at``."""
    attendance: int = 0
    clips_waiting: int = 0
    """Clips that nobody has approved yet."""
    waiting: int = 0
    """Rows that were not in the bucket yet when this was written."""
    health: BoxHealth = BoxHealth()
