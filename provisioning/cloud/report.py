"""The report: the figures of what has arrived in the organiser's bucket."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import parse_state_key
from appliance.model.sync_view import BoxState
from appliance.store.outbox import Lane
from provisioning.cloud.figures import Figures
from provisioning.cloud.figures_duckdb import Facts
from provisioning.cloud.objects import fetch_rows
from provisioning.cloud.plans import plans_in
from provisioning.cloud.sales import fetch_sales

_LARGEST_STATE_BYTES = 64 << 10
_state = msgspec.json.Decoder(BoxState)


def report(bucket: Bucket, cache: Path, event: str | None = None) -> Figures:
    """Figures of one event, or of all; objects are kept in ``cache`` and fetched only once.

    Memory does not grow with the evenings. Raises what reading the bucket raises.
    """
    files = chain(fetch_rows(bucket, Lane.FACTS, cache, event), fetch_sales(bucket, cache, event))
    plans = (one for one in plans_in(bucket) if event in {None, one.event})
    with Facts(files, plans) as facts:
        return facts.figures(box_names(bucket))


def box_names(bucket: Bucket) -> dict[str, str]:
    """What each box calls itself in its ``state.json``; what is none is passed over."""
    names = {}
    for found in bucket.list("boxes/"):
        box = parse_state_key(found.key)
        if box is not None and found.size_bytes <= _LARGEST_STATE_BYTES:
            try:
                names[str(box)] = _state.decode(bucket.get(found.key)).name[:100]
            except (msgspec.MsgspecError, UnicodeError):
                continue
    return names
