"""The report: the figures of what has arrived in the organiser's bucket."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.store.outbox import Lane
from provisioning.cloud.figures import Figures
from provisioning.cloud.figures_duckdb import Facts
from provisioning.cloud.objects import fetch_rows
from provisioning.cloud.sales import fetch_sales


def report(bucket: Bucket, cache: Path, event: str | None = None) -> Figures:
    """Figures of one event, or of all; objects are kept in ``cache`` and fetched only once.

    Raises what reading the bucket raises.
    """
    files = chain(fetch_rows(bucket, Lane.FACTS, cache, event), fetch_sales(bucket, cache, event))
    with Facts(files) as facts:
        return facts.figures()
