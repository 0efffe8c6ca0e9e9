"""Put an event's public page into the bucket: whole, in every language, again whenever something changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_s3 import S3Bucket
from appliance.bucket.layout import FEED_KEY, PUBLIC, public_key
from appliance.bucket.public_door import PublicDoor
from appliance.bucket.public_door_s3 import S3Door
from appliance.clock import Clock
from appliance.ids import EventId
from appliance.sealing_age import AgeSealer
from provisioning.cloud.calendar_ics import CalendarEntry, calendar
from provisioning.cloud.digest import gather_digest
from provisioning.cloud.digest_texts import feed
from provisioning.cloud.public_address import LETTERS_PAGE, page_address
from provisioning.cloud.public_gathering import gather, next_dates
from provisioning.cloud.public_page import PublicPage
from provisioning.cloud.published_events import PublishedEvents
from webui.languages import FALLBACK, LANGUAGES
from webui.public.rendering import front, page, pass_page
from webui.public.script import LICENCES, PASS, built

_HTML = "text/html; charset=utf-8"

_FEED_HOURS = 14 * 24
"""A clip that is let go a week later is news in the feed, too."""

Report = Callable[[str], None]
"""Told, in words, what is being done, and what a person has to do."""


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """A page that stands."""

    event: EventId
    address: str
    """Where a browser finds it; empty: wherever the folder is served."""
    sign_ups_until: datetime | None
    """When its form ends if nobody publishes again; None: it has none."""


class PagePublisher:
    """Makes pages of one bucket."""

    def __init__(
        self, bucket: Bucket, public_key_: str, recipients: tuple[str, ...], clock: Clock, report: Report
    ) -> None:
        """``public_key_``: the organiser's publish key. ``recipients``: empty, and no page takes sign-ups.

        Raises ``sealing.bad_recipient``.
        """
        if recipients:
            AgeSealer(recipients)  # the browser seals to X25519 keys alone
        self._bucket = bucket
        self._key = public_key_
        self._recipients = recipients
        self._clock = clock
        self._report = report

    def publish(self, event: EventId) -> PublishedPage:
        """Make the page of ``event``, which is published; twice is the same as once.

        The script and films go first, the page last: whoever opens it meanwhile sees the old one or the new.
        Raises what ``gather`` raises.
        """
        published = PublishedEvents(self._bucket, self._key)
        done = self._publish(published, event, self._open_door())
        self._front(published)
        return done

    def refresh(self) -> tuple[PublishedPage, ...]:
        """Make the pages of every published event anew: forms are renewed, evenings that were are over."""
        published = PublishedEvents(self._bucket, self._key)
        door = self._open_door()
        done = tuple(self._publish(published, entry.id, door) for entry in published.index.events)
        self._front(published)
        return done

    def _publish(self, published: PublishedEvents, event: EventId, door: PublicDoor | None) -> PublishedPage:
        facts = gather(self._bucket, published, event, self._clock.now(), door, self._recipients)
        address = facts.event.public_page or page_address(self._bucket, event)
        for name, content, kind in self._files(facts, address):
            self._bucket.put(public_key(event, name), content, kind)
        form = facts.form
        return PublishedPage(event, address, None if form is None else form.form.ends)

    def _files(self, facts: PublicPage, address: str) -> Iterator[tuple[str, bytes, str]]:
        """(name, content, media type); the first page last."""
        script = built() if facts.form is not None else None
        if facts.form is not None and script is None:
            self._report(
                "The page takes no sign-ups: its script is missing. Run image-build/bootstrap.sh, then again."
            )
        if script is not None:
            yield LICENCES, script.licences, "text/plain; charset=utf-8"
            yield script.name, script.content, "text/javascript; charset=utf-8"
        entry = CalendarEntry(facts.event, facts.ends, address)
        yield "event.ics", calendar([entry], facts.now).encode(), "text/calendar; charset=utf-8"
        name = "" if script is None else script.name
        for language in LANGUAGES:
            yield f"{language}.html", page(facts, language, name, address), _HTML
        home = facts.event.language if facts.event.language in LANGUAGES else FALLBACK
        drawing = built(PASS)
        if drawing is not None:
            yield LICENCES, drawing.licences, "text/plain; charset=utf-8"
            yield drawing.name, drawing.content, "text/javascript; charset=utf-8"
            yield LETTERS_PAGE, pass_page(facts, home, drawing.name), _HTML
        yield "index.html", page(facts, home, name, address), _HTML

    def _front(self, published: PublishedEvents) -> None:
        now = self._clock.now()
        self._bucket.put(f"{PUBLIC}index.html", front(next_dates(published, now)), _HTML)
        told = gather_digest(self._bucket, published, now, _FEED_HOURS, counted=False)
        self._bucket.put(FEED_KEY, feed(told), "application/atom+xml")

    def _open_door(self) -> PublicDoor | None:
        if not isinstance(self._bucket, S3Bucket):
            return None
        door = S3Door(self._bucket)
        refused = door.open_pages()
        if refused:
            self._report(f"The pages could not be made readable for everybody: {refused}")
            self._report(
                f'Do it at your provider: everybody may read "{PUBLIC}", and browsers may POST (CORS).'
            )
        return door
