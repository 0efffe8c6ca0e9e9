"""What stays on offer after the evening: ``public/<event>/offers.json``, for the public page."""

from __future__ import annotations

from typing import Any

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import offers_key
from appliance.model import money
from appliance.model.drop import Drop
from appliance.model.event import Event
from appliance.store.outbox import rfc3339

FORMAT = 1


def put_offers(bucket: Bucket, event: Event) -> None:
    """Put what has dates of its own; what is taken out of the plan is taken off the page, too."""
    offers = [_offer(event, drop) for drop in event.drops if drop.windows]
    key = offers_key(event.id)
    if offers or bucket.exists(key):
        bucket.put(key, msgspec.json.format(msgspec.json.encode(_page(event, offers))), "application/json")


def _page(event: Event, offers: list[dict[str, Any]]) -> dict[str, Any]:
    return {"format": FORMAT, "event": event.id, "language": event.language, "offers": offers}


def _offer(event: Event, drop: Drop) -> dict[str, Any]:
    """Without a stock: what is left, boxes say in their facts. ``regions`` empty: everywhere else."""
    return {
        "id": drop.id,
        "title": drop.title,
        "text": drop.text,
        "price": money.plain(drop.price_minor, drop.currency),
        "currency": drop.currency,
        "variants": [{"id": one.id, "title": one.title} for one in drop.variants],
        "members_first_s": drop.members_first_s,
        "pay_link": event.till.pay_link,
        "windows": [
            {"opens": rfc3339(one.opens), "closes": rfc3339(one.closes), "regions": list(one.regions)}
            for one in drop.windows
        ],
    }
