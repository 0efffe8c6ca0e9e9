"""What stands on an event's public page: values, gathered from what is published and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliance.bucket.public_door import DropForm
from appliance.ids import EventId
from appliance.manifest.packing_list import PackingList
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.model.gate import Extra

SHORTEST = timedelta(minutes=60)
"""How long an evening lasts at least, as a calendar has it."""


@dataclass(frozen=True, slots=True)
class PublicFilm:
    """A film that lies beside the page."""

    extra: Extra
    file: str
    """Relative to the page."""
    subtitles: tuple[tuple[str, str], ...] = ()
    """(language, file)."""


@dataclass(frozen=True, slots=True)
class PublicClip:
    """A moment of the evening that the organiser shows."""

    title: str
    film: str
    """Relative to the page."""
    picture: str = ""
    """The same; empty: none."""
    words: str = ""
    """Its captions; empty: none."""
    language: str = ""
    """Of the captions."""


@dataclass(frozen=True, slots=True)
class NextDate:
    """Another evening of the same organiser."""

    id: EventId
    title: str
    starts: datetime
    venue: str
    place: str
    language: str


@dataclass(frozen=True, slots=True)
class SignUpForm:
    """How the page takes sign-ups."""

    form: DropForm
    recipients: tuple[str, ...]
    """Whom the browser seals to."""


@dataclass(frozen=True, slots=True)
class PublicPage:
    """One event's page, as of one moment."""

    event: Event
    now: datetime
    ends: datetime
    films: tuple[PublicFilm, ...] = ()
    locked: tuple[Extra, ...] = ()
    """Films for whom a pass says so: at the box, on the pass's own page."""
    clips: tuple[PublicClip, ...] = ()
    dates: tuple[NextDate, ...] = ()
    form: SignUpForm | None = None
    """None: nobody signs up here (a folder takes no posts)."""

    @property
    def is_over(self) -> bool:
        """Whether the evening was."""
        return self.now >= self.ends

    @property
    def offers(self) -> tuple[Drop, ...]:
        """What has dates of its own that are not past yet."""
        return tuple(drop for drop in self.event.drops if any(self.now < one.closes for one in drop.windows))

    @property
    def buyable(self) -> tuple[Drop, ...]:
        """Of those, what is open now and can be paid online: what stands beside a clip."""
        if not self.event.till.pay_link:
            return ()
        return tuple(drop for drop in self.offers if drop.price_minor and self.is_open(drop))

    def is_open(self, drop: Drop) -> bool:
        """Whether one of its windows is open now, wherever."""
        return any(one.opens <= self.now < one.closes for one in drop.windows)

    def offer_beside(self, number: int) -> Drop | None:
        """The offer beside clip ``number``: each in its turn; None if nothing can be had now."""
        found = self.buyable
        return found[number % len(found)] if found else None


def ends_at(event: Event, packing: PackingList) -> datetime:
    """When the programme is over, as far as it can be known beforehand; never under an hour."""
    return ends_after(event, {media.name: media.duration_ms for media in packing.media})


def ends_after(event: Event, lengths: Mapping[str, int]) -> datetime:
    """The same, with films of those ``lengths`` in milliseconds, by the names the programme uses."""
    known = sum(
        lengths.get(item.film or "", 0) if item.is_film else (item.seconds or 0) * 1000
        for item in event.programme.items
    )
    return event.starts + max(SHORTEST, timedelta(milliseconds=known))
