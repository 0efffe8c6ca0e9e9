"""The organiser's side of a developer's box: keys to open people's rows, and the way into the bucket."""

from __future__ import annotations

from pathlib import Path

from appliance.audience.certificate import CERTIFICATE_FILE
from appliance.capture.provenance.clip_key import CLIP_KEY_FILE
from appliance.clock import Clock
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.dev.object_store_settings import Keys
from appliance.ids import BoxId
from appliance.paths import Paths
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


def way_in(store: ObjectStore, keys: Keys) -> BucketTable:
    """``[bucket]`` for whoever has ``keys`` to ``store``."""
    return BucketTable(
        endpoint=store.endpoint,
        name=store.bucket,
        access_key=keys.access_key,
        secret_key=keys.secret_key,
    )
