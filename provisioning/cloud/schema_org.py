"""An event as Schema.org ``ScreeningEvent``: for search engines, maps and venue directories."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from appliance.model import money
from appliance.model.drop import Drop
from appliance.model.event import Event

_CONTEXT = "https://schema.org"


def screening_event(
    event: Event, ends: datetime, page: str = "", now: datetime | None = None
) -> dict[str, Any]:
    """JSON-LD of ``event``. ``page``: address of its public page. ``now``: offers past it are left out."""
    venue = event.venue
    place: dict[str, Any] = {
        "@type": "MovieTheater",
        "name": venue.name,
        "address": _address(event),
        "maximumAttendeeCapacity": venue.capacity,
    }
    if venue.access:
        place["amenityFeature"] = [
            {"@type": "LocationFeatureSpecification", "name": fact, "value": True} for fact in venue.access
        ]
    films = [item.title for item in event.programme.items if item.is_film]
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@type": "ScreeningEvent",
        "name": event.title,
        "startDate": event.starts.isoformat(),
        "doorTime": event.doors.isoformat(),
        "endDate": ends.astimezone(event.starts.tzinfo).isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "inLanguage": event.language,
        "location": place,
        "organizer": {"@type": "Organization", "name": event.organiser.name},
    }
    if event.text:
        told["description"] = event.text.strip()
    if films:
        told["workPresented"] = [{"@type": "Movie", "name": title} for title in films]
    if page:
        told["url"] = page
    offers = [_offer(event, drop, page) for drop in event.drops if _is_coming(drop, now)]
    if offers:
        told["offers"] = offers
    return told


def _address(event: Event) -> dict[str, str]:
    address = {"@type": "PostalAddress", "streetAddress": event.venue.place or event.venue.name}
    if event.venue.region:
        address["addressCountry"] = event.venue.region
    return address


def _is_coming(drop: Drop, now: datetime | None) -> bool:
    return any(now is None or now < one.closes for one in drop.windows)


def _offer(event: Event, drop: Drop, page: str) -> dict[str, Any]:
    offer: dict[str, Any] = {
        "@type": "Offer",
        "name": drop.title,
        "price": money.plain(drop.price_minor, drop.currency),
        "priceCurrency": drop.currency,
        "validFrom": min(one.opens for one in drop.windows).isoformat(),
        "validThrough": max(one.closes for one in drop.windows).isoformat(),
    }
    link = event.till.pay_link or page
    return {**offer, "url": link} if link else offer
