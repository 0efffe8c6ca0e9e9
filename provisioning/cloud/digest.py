"""The morning after: last night's clips and the next dates, gathered from what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import parse_state_key
from appliance.errors import MatineeError
from appliance.model.event import Event
from appliance.model.sync_view import BoxState
from provisioning.cloud.listing import Coming, NeighboursDate
from provisioning.cloud.public_gathering import shown_clips
from provisioning.cloud.public_page import ends_at
from provisioning.cloud.published_events import PublishedEvents

USUAL_HOURS = 36
"""An evening that began longer ago is no news."""
_MOST_DATES = 12
_LARGEST_STATE_BYTES = 64 << 10
_state = msgspec.json.Decoder(BoxState)


@dataclass(frozen=True, slots=True)
class DigestClip:
    """A moment that the organiser shows."""

    event: Event
    title: str
    film: str
    """Address; or, of an event without a public page, the file's place in the bucket."""
    picture: str = ""
    """The same; empty: none."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything the morning's texts are made of."""

    made_at: datetime
    evenings: tuple[Event, ...] = ()
    """Of last night."""
    clips: tuple[DigestClip, ...] = ()
    coming: tuple[Coming, ...] = ()
    """The next one first."""
    neighbours: tuple[NeighboursDate, ...] = ()
    unread: tuple[str, ...] = ()
    """Ids of published events that could not be read."""

    @property
    def organiser(self) -> str:
        """As the newest plan has it; empty if there is none."""
        events = [*self.evenings, *(one.event for one in self.coming)]
        return events[0].organiser.name if events else ""

    @property
    def language(self) -> str:
        """Of last night's evening, else of the next."""
        events = [*self.evenings, *(one.event for one in self.coming)]
        return events[0].language if events else "en"


def gather_digest(
    bucket: Bucket,
    published: PublishedEvents,
    now: datetime,
    hours: float = USUAL_HOURS,
    neighbours: Sequence[NeighboursDate] = (),
    *,
    counted: bool = True,
) -> Digest:
    """What there is to tell now. One unreadable event spoils no other; raises what the bucket raises.

    ``counted``: with how many signed up, which takes a look at every box.
    """
    people = _people(bucket) if counted else Counter[str]()
    past: list[Event] = []
    coming: list[Coming] = []
    unread: list[str] = []
    for entry in published.index.events:
        try:
            event = published.event(entry.id)
            ends = ends_at(event, published.packing(entry.id))
        except MatineeError as fault:
            if fault.key == "bucket.away":
                raise
            unread.append(entry.id)
            continue
        if ends > now:
            coming.append(Coming(event, ends, people[event.id]))
        if now - timedelta(hours=hours) <= event.starts <= now:
            past.append(event)
    past.sort(key=lambda event: event.starts)
    coming.sort(key=lambda one: one.event.starts)
    clips = tuple(clip for event in past for clip in _clips(bucket, event))
    return Digest(
        now, tuple(past), clips, tuple(coming[:_MOST_DATES]), tuple(neighbours[:_MOST_DATES]), tuple(unread)
    )


def _clips(bucket: Bucket, event: Event) -> Iterator[DigestClip]:
    base = event.public_page or f"public/{event.id}/"
    for clip in shown_clips(bucket, event):
        picture = urljoin(base, clip.picture) if clip.picture else ""
        yield DigestClip(event, clip.title or event.title, urljoin(base, clip.film), picture)


def _people(bucket: Bucket) -> Counter[str]:
    """Who signed up, by event, as the boxes said last."""
    found: Counter[str] = Counter()
    for stored in bucket.list("boxes/"):
        if parse_state_key(stored.key) is None or stored.size_bytes > _LARGEST_STATE_BYTES:
            continue
        try:
            state = _state.decode(bucket.get(stored.key))
        except (msgspec.MsgspecError, UnicodeError):
            continue
        found[state.event] += state.attendance
    return found
