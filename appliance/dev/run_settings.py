"""The settings of one run: what the box's own leave open is filled with parts that a developer has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from appliance.config import BucketTable, Config
from appliance.dev.override import Tables, Value


@dataclass(frozen=True, slots=True)
class ScreenPart:
    """The display of this run."""

    name: str
    virtual: bool
    """Nobody sees it but `/remote`."""


def run_settings(
    own: Config,
    port: int,
    speed: float,
    *,
    room: Path,
    recipients: Sequence[str],
    bucket: BucketTable,
    screen: ScreenPart,
) -> Tables:
    """Return the override's tables. Camera, bucket and organiser are the box's own where it names them."""
    tables: dict[str, dict[str, Value]] = {
        "box": {"speed": speed},
        "portal": {"port": port},
        "console": {"port": port + 1},
        "display": {"name": screen.name, "window": not screen.virtual},
    }
    if not own.capture.source:
        tables["capture"] = {"source": str(room)}
    if not (own.bucket.endpoint or own.bucket.folder or own.bucket.webdav):
        tables["bucket"] = {name: value for name, value in msgspec.structs.asdict(bucket).items() if value}
    if not own.people.recipients:
        tables["people"] = {"recipients": list(recipients)}
    return tables
