"""Objects of rows from the bucket as local files: each is fetched once, for they never change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import RowsKey, parse_rows_key
from appliance.store.outbox import Lane

LARGEST_BYTES = 64 << 20
"""Far above what any box makes; what is larger was put there by somebody else and is not fetched."""


@dataclass(frozen=True, slots=True)
class RowsFile:
    """One object, here."""

    key: RowsKey
    path: Path


def fetch_rows(bucket: Bucket, lane: Lane, cache: Path, event: str | None = None) -> Iterator[RowsFile]:
    """Every object of ``lane``, of one event or of all; a folder's own files are used where they lie.

    Names in the cache are hashes: what stands in the bucket never becomes a path.
    """
    cache.mkdir(parents=True, exist_ok=True)
    for found in bucket.list("boxes/"):
        key = parse_rows_key(found.key)
        if key is None or key.lane != lane or found.size_bytes > LARGEST_BYTES:
            continue
        if event is None or key.event == event:
            into = cache / f"{sha256(f'{bucket.where} {found.key}'.encode()).hexdigest()}.ndjson.gz"
            yield RowsFile(key, into if into.exists() else bucket.fetch(found.key, into))
