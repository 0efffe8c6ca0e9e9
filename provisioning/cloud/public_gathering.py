"""Put together what an event's public page says, from the bucket alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import inbox_folder, public_key
from appliance.bucket.public_door import PublicDoor
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.model.event import Event
from provisioning.cloud.public_films import locked, put_films
from provisioning.cloud.public_page import NextDate, PublicClip, PublicPage, SignUpForm, ends_at
from provisioning.cloud.published_events import PublishedEvents

CLIPS = "clips.json"
"""Which moments the organiser shows: written when they press "Show it", with the files beside it."""

FORM_DAYS = 120
"""How long a page takes sign-ups after it was published last."""

_MOST_EVENTS = 60
"""So many other events are looked into for coming dates: those published last."""
_MOST_DATES = 12

_File = Annotated[str, Meta(pattern=r"^(clips/)?[A-Za-z0-9._-]{1,200}$")]


class _Cut(msgspec.Struct, frozen=True):
    mp4: _File
    jpg: _File | None = None
    vtt: _File | None = None
    language: Annotated[str, Meta(pattern=r"^[A-Za-z0-9-]{0,35}$")] = ""


class _Clip(msgspec.Struct, frozen=True):
    clip: str
    cuts: dict[str, _Cut]
    title: str = ""


class _Clips(msgspec.Struct, frozen=True):
    clips: Annotated[list[_Clip], Meta(max_length=200)] = []


_clips = msgspec.json.Decoder(_Clips)


def gather(
    bucket: Bucket, published: PublishedEvents, event_id: EventId, now: datetime,
    door: PublicDoor | None = None, recipients: tuple[str, ...] = (),
) -> PublicPage:  # fmt: skip
    """Everything that the page of ``event_id`` shows at ``now``; its films are put beside it.

    ``door`` and ``recipients``: None or empty, and the page takes no sign-ups. Raises what the bucket raises,
    ``cloud.not_published``, ``content.not_signed``.
    """
    event, packing = published.event(event_id), published.packing(event_id)
    form = None
    if door is not None and recipients:
        form = SignUpForm(door.form(inbox_folder(event.id), now, FORM_DAYS), recipients)
    return PublicPage(
        event, now, ends_at(event, packing),
        films=put_films(bucket, event, packing, now),
        locked=locked(event, now),
        clips=tuple(shown_clips(bucket, event)),
        dates=next_dates(published, now, besides=event.id),
        form=form,
    )  # fmt: skip


def next_dates(published: PublishedEvents, now: datetime, *, besides: str = "") -> tuple[NextDate, ...]:
    """Coming evenings, the next one first; an event that can not be read is passed over."""
    newest = sorted(published.index.events, key=lambda entry: entry.made_at, reverse=True)[:_MOST_EVENTS]
    found = [_date(event) for event in _events(published, newest_ids=[entry.id for entry in newest])]
    coming = [date for date in found if date.starts > now and date.id != besides]
    return tuple(sorted(coming, key=lambda date: date.starts)[:_MOST_DATES])


def _events(published: PublishedEvents, newest_ids: list[EventId]) -> Iterator[Event]:
    for event in newest_ids:
        try:
            yield published.event(event)
        except MatineeError as fault:
            if fault.key == "bucket.away":
                raise


def _date(event: Event) -> NextDate:
    return NextDate(event.id, event.title, event.starts, event.venue.name, event.venue.place, event.language)


def shown_clips(bucket: Bucket, event: Event) -> Iterator[PublicClip]:
    """The moments that the organiser shows; ``content.unreadable`` if their list is broken."""
    key = public_key(event.id, CLIPS)
    if not bucket.exists(key):
        return
    try:
        listed = _clips.decode(bucket.get(key))
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise MatineeError("content.unreadable", what=CLIPS, fault=fault) from fault
    for clip in listed.clips:
        cut = clip.cuts.get("landscape") or next(iter(clip.cuts.values()), None)
        if cut is not None:
            words = _beside(cut.vtt or "")
            yield PublicClip(clip.title, _beside(cut.mp4), _beside(cut.jpg or ""), words, cut.language)


def _beside(file: str) -> str:
    return file if not file or file.startswith("clips/") else f"clips/{file}"
