"""The organiser's side of a developer's box: keys to open people's rows, and the way into the bucket."""

from __future__ import annotations

from pathlib import Path

from appliance.clock import Clock
from appliance.dev.object_store import ObjectStore
from appliance.dev.override import toml_of
from cache.durable import write_whole
from provisioning.cloud.keys import RECIPIENTS, make_keys, read_recipients


def ensure_recipients(folder: Path, clock: Clock) -> tuple[str, ...]:
    """Public keys of the organiser in ``folder``, whose keys are made at its first use."""
    if not (folder / RECIPIENTS).exists():
        return make_keys(folder, clock).recipients
    return read_recipients(folder)


def write_bucket(folder: Path, store: ObjectStore) -> None:
    """Say in ``bucket.toml`` where the bucket is and how the organiser gets in, for `matinee cloud ...`."""
    way_in = {
        "endpoint": store.endpoint,
        "name": store.bucket,
        "access_key": store.organiser.access_key,
        "secret_key": store.organiser.secret_key,
    }
    write_whole(folder / "bucket.toml", toml_of({"bucket": way_in}).encode(), 0o600)
