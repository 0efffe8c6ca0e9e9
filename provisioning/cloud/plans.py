"""What the organiser published of each evening: title, venue, series, dates. A newer plan may say more."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.bucket.bucket import Bucket
from appliance.ids import EventId

LARGEST_BYTES = 1 << 20
_KEY = re.compile(r"published/event=([a-z0-9-]{1,64})/event\.toml")
_Line = Annotated[str, Meta(max_length=200)]


class _Event(msgspec.Struct, frozen=True):
    title: _Line
    starts: datetime
    doors: datetime | None = None
    language: str = "en"
    text: Annotated[str, Meta(max_length=4000)] = ""
    public_page: str = ""


class _Venue(msgspec.Struct, frozen=True):
    name: _Line
    place: _Line = ""
    capacity: int = 0
    access: list[_Line] = []
    region: str = ""


class _Organiser(msgspec.Struct, frozen=True):
    name: _Line
    contact: _Line = ""


class _Series(msgspec.Struct, frozen=True):
    id: _Line
    title: _Line = ""
    number: int = 1


class _Discovery(msgspec.Struct, frozen=True):
    days_before: int = 21
    withdraw: str = "over"


class _Item(msgspec.Struct, frozen=True):
    kind: str
    title: _Line = ""
    seconds: float = 0.0


class _Plan(msgspec.Struct, frozen=True):
    event: _Event
    venue: _Venue
    organiser: _Organiser
    item: list[_Item] = []
    series: _Series | None = None
    discovery: _Discovery | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """One published evening."""

    event: EventId
    title: str
    starts: datetime
    """UTC."""
    doors: datetime
    venue: str
    place: str = ""
    region: str = ""
    capacity: int = 0
    access: tuple[str, ...] = ()
    organiser: str = ""
    contact: str = ""
    language: str = "en"
    text: str = ""
    public_page: str = ""
    """Address of its own page; empty: it has none."""
    films: tuple[str, ...] = ()
    """Titles of what is shown."""
    series: str = ""
    """Empty: of no series."""
    series_title: str = ""
    number: int = 1
    days_before: int | None = None
    """How long before it may be announced; None: the plan says nothing of announcing, so it never is."""
    withdraw: str = "over"
    """``started``, ``full`` or ``over``: from when on it is announced no more."""


def plans_in(bucket: Bucket) -> Iterator[Planned]:
    """Every published evening that can be read, others are passed over; raises what the bucket raises."""
    for found in bucket.list("published/"):
        key = _KEY.fullmatch(found.key)
        if key is None or found.size_bytes > LARGEST_BYTES:
            continue
        planned = _read(EventId(key[1]), bucket.get(found.key))
        if planned is not None:
            yield planned


def _read(event: EventId, content: bytes) -> Planned | None:
    try:
        plan = msgspec.convert(tomllib.loads(content.decode("utf-8-sig")), _Plan)
        starts = plan.event.starts.astimezone(UTC)
        doors = (plan.event.doors or starts).astimezone(UTC)
    except (ValueError, OverflowError, RecursionError):  # of TOML, of msgspec, and of years before any zone
        return None
    series = plan.series or _Series("")
    told, venue = plan.event, plan.venue
    return Planned(
        event, told.title, starts, doors, venue.name, venue.place, venue.region, venue.capacity,
        tuple(venue.access), plan.organiser.name, plan.organiser.contact, told.language, told.text,
        told.public_page,
        tuple(item.title for item in plan.item if item.kind in {"feature", "short", "trailer"}),
        series.id, series.title, series.number,
        plan.discovery.days_before if plan.discovery else None,
        plan.discovery.withdraw if plan.discovery else "over",
    )  # fmt: skip
