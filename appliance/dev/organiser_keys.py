"""The organiser's side of a developer's box: keys to open people's rows, and the way into the bucket."""

from __future__ import annotations

from pathlib import Path

from appliance.audience.certificate import CERTIFICATE_FILE
from appliance.capture.provenance.clip_key import CLIP_KEY_FILE
from appliance.clock import Clock
from appliance.dev.object_store import ObjectStore
from appliance.dev.override import toml_of
from appliance.ids import BoxId
from appliance.paths import Paths
from cache.durable import write_whole
from provisioning.cloud.box_certificates import certify_clips, certify_passes
from provisioning.cloud.keys import RECIPIENTS, make_keys, read_recipients


def ensure_recipients(folder: Path, clock: Clock) -> tuple[str, ...]:
    """Public keys of the organiser in ``folder``, whose keys are made at its first use."""
    if not (folder / RECIPIENTS).exists():
        return make_keys(folder, clock).recipients
    return read_recipients(folder)


def ensure_certified(folder: Path, paths: Paths, box: BoxId) -> None:
    """Let the organiser in ``folder`` certify the box's pass key, once: its passes are as on a paired box.

    So are its clips: it is given a key to sign them with.
    """
    if not (paths.keys / CLIP_KEY_FILE).exists():
        certify_clips(folder, box, paths.keys)
    if not (paths.keys / CERTIFICATE_FILE).exists():
        certify_passes(folder, box, paths.keys)


def write_bucket(folder: Path, store: ObjectStore) -> None:
    """Say in ``bucket.toml`` where the bucket is and how the organiser gets in, for `matinee cloud ...`."""
    way_in = {
        "endpoint": store.endpoint,
        "name": store.bucket,
        "access_key": store.organiser.access_key,
        "secret_key": store.organiser.secret_key,
    }
    write_whole(folder / "bucket.toml", toml_of({"bucket": way_in}).encode(), 0o600)
