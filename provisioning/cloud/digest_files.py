"""The morning's texts as files, and the listing that neighbours read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import LISTING_CALENDAR_KEY, LISTING_KEY
from provisioning.cloud.calendar_ics import CalendarEntry, calendar
from provisioning.cloud.digest import Digest
from provisioning.cloud.digest_texts import feed, newsletter_html, newsletter_markdown, posts
from provisioning.cloud.listing import Coming, listing

POSTS = "posts/"
"""Before the name of a text for a network: somebody may change it before it is posted."""


def digest_files(told: Digest, now: datetime) -> dict[str, bytes]:
    """Newsletter block, feed, calendar, shared listing, posts: by file name. Nothing is sent."""
    return {
        "newsletter.html": newsletter_html(told).encode(),
        "newsletter.md": newsletter_markdown(told).encode(),
        "feed.atom": feed(told),
        "dates.ics": _dates(told.coming, now),
        "listing.json": listing(told.coming, now),
        **{f"{POSTS}{name}": text.encode() for name, text in posts(told).items()},
    }


def announced(told: Digest, now: datetime) -> tuple[Coming, ...]:
    """The evenings that a listing may name now, by their own rule."""
    return tuple(one for one in told.coming if one.is_announced(now))


def share_listing(bucket: Bucket, told: Digest, now: datetime) -> int:
    """Put the listing into the bucket, for neighbours; return how many evenings it names."""
    named = announced(told, now)
    bucket.put(LISTING_KEY, listing(told.coming, now), "application/ld+json")
    bucket.put(LISTING_CALENDAR_KEY, _dates(named, now), "text/calendar")
    return len(named)


def _dates(coming: Iterable[Coming], now: datetime) -> bytes:
    entries = (CalendarEntry(one.event, one.ends, one.event.public_page) for one in coming)
    return calendar(entries, now).encode()
