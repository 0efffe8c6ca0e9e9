"""The listing that neighbouring venues share: coming evenings as JSON-LD, announced and withdrawn by rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.errors import MatineeError
from appliance.model.event import Event
from appliance.model.plan import Withdraw
from provisioning.cloud.schema_org import screening_event

LARGEST_BYTES = 1 << 20
_MOST = 500
_Text = Annotated[str, Meta(min_length=1, max_length=300)]
_HTTPS = re.compile(r"https://[^\s\"<>]{1,400}")


@dataclass(frozen=True, slots=True)
class Coming:
    """One published evening."""

    event: Event
    ends: datetime
    people: int = 0
    """Who has signed up so far, as its boxes say."""

    def is_announced(self, now: datetime) -> bool:
        """Whether its ``[discovery]`` lets it stand in a listing at ``now``; without that table, never."""
        rule = self.event.plan.discovery
        if rule is None or now < self.event.starts - timedelta(days=rule.days_before) or now >= self.ends:
            return False
        match rule.withdraw:
            case Withdraw.OVER:
                return True
            case Withdraw.STARTED:
                return now < self.event.starts
            case Withdraw.FULL:
                return self.people < self.event.venue.capacity


@dataclass(frozen=True, slots=True)
class NeighboursDate:
    """An evening in another venue's listing: what somebody else wrote, checked for its shape alone."""

    title: str
    starts: datetime
    venue: str
    page: str = ""
    """``https:`` or empty."""


class _Place(msgspec.Struct, frozen=True):
    name: _Text


class _Item(msgspec.Struct, frozen=True):
    name: _Text
    start_date: Annotated[datetime, Meta(tz=True)] = msgspec.field(name="startDate")
    location: _Place
    url: str = ""


class _Line(msgspec.Struct, frozen=True):
    item: _Item


class _List(msgspec.Struct, frozen=True):
    lines: Annotated[list[_Line], Meta(max_length=_MOST)] = msgspec.field(name="itemListElement")


_decoder = msgspec.json.Decoder(_List)


def listing(coming: Iterable[Coming], now: datetime) -> bytes:
    """What is announced at ``now`` as one JSON-LD ``ItemList`` of ``ScreeningEvent``, the next one first."""
    announced = sorted((one for one in coming if one.is_announced(now)), key=lambda one: one.event.starts)
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "item": screening_event(one.event, one.ends, one.event.public_page, now),
        }
        for position, one in enumerate(announced, start=1)
    ]
    document = {
        "@context": "https://schema.org",
        "@type": "ItemList",
        "numberOfItems": len(items),
        "itemListElement": items,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def read_listing(content: bytes, name: str, now: datetime) -> Sequence[NeighboursDate]:
    """Coming evenings of another venue's listing; ``cloud.bad_listing`` for what is none."""
    try:
        if len(content) > LARGEST_BYTES:
            raise ValueError("it is larger than a megabyte")  # noqa: TRY003, TRY301 goes into the sentence
        listed = _decoder.decode(content)
    except ValueError as fault:  # msgspec's are ValueErrors, too
        raise MatineeError("cloud.bad_listing", file=name, fault=fault) from fault
    found = [
        NeighboursDate(
            line.item.name, line.item.start_date, line.item.location.name,
            line.item.url if _HTTPS.fullmatch(line.item.url) else "",
        )
        for line in listed.lines
        if line.item.start_date > now
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.starts)
