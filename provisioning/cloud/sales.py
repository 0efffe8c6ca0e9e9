"""Sales made elsewhere, in the organiser's bucket: one object an import, a line once by the shop's number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date
from hashlib import sha256
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket, Put
from appliance.bucket.layout import RowsKey, parse_sales_key, sales_key
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import SLUG, BoxId, EventId
from appliance.store.outbox import Lane, rfc3339
from provisioning.cloud.objects import LARGEST_BYTES, RowsFile
from provisioning.cloud.sales_csv import Sale

KIND = "sold_elsewhere"
_CLAIM = re.compile("[0-9A-HJKMNP-TV-Z]{26}")
"""A ULID, as the pay link gave it along."""
LETTER = "letter-"
"""Before an event's id: the reference of a pay link that stands in a letter about it."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    lines: int
    orders: int
    fresh: bool
    """False: that very file had been imported, and nothing was changed."""


def put_sales(bucket: Bucket, event: EventId, sales: Sequence[Sale], clock: Clock) -> Imported:
    """Put them whole or not at all. The same lines again are the same object; a newer export counts instead.

    ``cloud.no_event`` for what is no event's id, ``cloud.sales_empty``, and what the bucket raises.
    """
    if SLUG.fullmatch(event) is None:
        raise MatineeError("cloud.no_event", event=event[:80])
    if not sales:
        raise MatineeError("cloud.sales_empty")
    content = msgspec.json.encode(sales)
    imported = rfc3339(clock.now())
    bodies = [_fact(event, sale, imported) for sale in sales]
    key = sales_key(event, sha256(content).hexdigest()[:32])
    put = bucket.put(key, pack(bodies), CONTENT_TYPE, only_if_absent=True)
    return Imported(len(sales), len({sale.order for sale in sales}), put is Put.STORED)


def fetch_sales(bucket: Bucket, cache: Path, event: str | None = None) -> Iterator[RowsFile]:
    """Every import, of one event or of all, as files; they never change."""
    cache.mkdir(parents=True, exist_ok=True)
    for found in bucket.list("sales/"):
        of = parse_sales_key(found.key)
        if of is None or found.size_bytes > LARGEST_BYTES or event not in {None, of}:
            continue
        into = cache / f"{sha256(f'{bucket.where} {found.key}'.encode()).hexdigest()}.ndjson.gz"
        path = into if into.exists() else bucket.fetch(found.key, into)
        yield RowsFile(RowsKey(Lane.FACTS, BoxId(""), of, date.min, 0, 0), path)


def _fact(event: EventId, sale: Sale, imported: str) -> str:
    """In the clear, so nothing that may name somebody: no number of an order, no note but a claim's id."""
    name = sha256(f"{sale.order}\0{sale.name}\0{sale.nth}".encode()).hexdigest()[:32]
    return msgspec.json.encode(
        {
            "id": f"sale:{event}:{name}", "kind": KIND, "event": event,
            "at": rfc3339(sale.at.astimezone(UTC)), "imported": imported,
            "item": sale.item, "units": sale.units,
            "amount_minor": sale.amount_minor, "currency": sale.currency,
            "reference": sale.reference if _is_ours(sale.reference) else "",
            "returned": sale.returned,
        }
    ).decode()  # fmt: skip


def _is_ours(reference: str) -> bool:
    """A claim, or that a letter led there; whatever else a shop notes may name somebody."""
    letter = reference.startswith(LETTER) and SLUG.fullmatch(reference.removeprefix(LETTER))
    return bool(letter or _CLAIM.fullmatch(reference))
