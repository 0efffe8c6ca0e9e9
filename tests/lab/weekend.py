"""A bucket as a weekend leaves it: states put by the box's own code, clips as capture describes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import clip_key
from appliance.capture.cut import Description, file_name
from appliance.clock import HeldClock
from appliance.ids import BoxId, ClipId
from appliance.model.sync_view import BoxHealth, BoxState, HealthState
from appliance.sync.box_state import House, StatePutter

EVENT, TITLE = "harbour-lights", "Harbour Lights"


class Told(House):
    """A house whose state is told, not read."""

    def __init__(self, state: BoxState) -> None:
        self._state = state

    def state(self, waiting: int) -> BoxState:
        return replace(self._state, waiting=waiting)


def put_state(bucket: Bucket, state: BoxState, at: datetime, waiting: int = 0) -> None:
    """As sync puts it."""
    StatePutter(bucket, Told(state), HeldClock(at)).step(lambda: waiting)


def running(
    box: str, name: str, people: int, clips: int = 0, health: HealthState = HealthState.GOOD
) -> BoxState:
    """A venue in the middle of its film."""
    return BoxState(
        box=box, name=name, at="", event=EVENT, title=TITLE, phase="running", item="tide",
        item_title="Tide", position_ms=41_000, attendance=people, clips_waiting=clips,
        health=BoxHealth(health, 2 if health is HealthState.CARE else 0),
    )  # fmt: skip


def put_clip(
    bucket: Bucket, box: str, film: bytes, picture: bytes, at: datetime, event: str = EVENT,
    change: Callable[[Description], Description] = lambda said: said,
) -> None:  # fmt: skip
    """Three objects, the description last."""
    said = Description(
        clip="C1", cut="landscape", box=box, event=event, show="S1", item="questions", moment="M1",
        marked_by="operator", reason="applause 0.95", at=f"{at:%Y-%m-%dT%H:%M:%SZ}", clock="proven",
        position_ms=0, moment_ms=0, duration_ms=12_000, width=320, height=180, size_bytes=len(film),
        sha256=sha256(film).hexdigest(), picture_size_bytes=len(picture),
        picture_sha256=sha256(picture).hexdigest(),
    )  # fmt: skip
    parts = {"mp4": film, "jpg": picture, "json": msgspec.json.encode(change(said))}
    for kind, content in parts.items():
        key = clip_key(BoxId(box), event, file_name(ClipId("C1"), kind))
        bucket.put(key, content, "application/octet-stream")


def picture_of(film: Path) -> bytes:
    """Any picture of it, small."""
    from PIL import Image  # noqa: PLC0415 the only one here that needs it

    into = film.with_suffix(".jpg")
    Image.new("RGB", (320, 180), "#7a4b2a").save(into)
    return into.read_bytes()
