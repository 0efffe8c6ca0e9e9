"""The owners of a box as sync sees them: real files with real outboxes, and what of it is in the bucket."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import parse_rows_key
from appliance.bucket.ndjson import lines
from appliance.clock import Clock, RealClock
from appliance.ids import BoxId, new_id
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outbox import Outbox
from lab.releases import release

EVENT = "harbour-lights"
BOX = BoxId("box")
_WRITERS = (Service.PORTAL, Service.SHOW, Service.CAPTURE, Service.CONSOLE)


@dataclass
class Owners:
    """Writes what portal, show and capture would, and remembers every id."""

    paths: Paths
    box: BoxId = BOX
    clock: Clock = field(default_factory=RealClock)
    written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.paths.ensure()
        self.files = {owner: Database.open_owner(self.paths.database(owner), owner) for owner in _WRITERS}
        self.outbox = Outbox(self.box, self.clock)

    def fact(
        self, kind: str = "item_entered", owner: Service = Service.SHOW, event: str = EVENT, **fields: object
    ) -> str:
        with self.files[owner].transaction() as tx:
            return self._noted(self.outbox.fact(tx, kind, event, **fields))

    def person(self, sealed: str = "c2VhbGVk", event: str = EVENT) -> str:
        with self.files[Service.PORTAL].transaction() as tx:
            return self._noted(self.outbox.person(tx, "signed_up", event, new_id(), sealed))

    def clip(self, size_bytes: int = 20_000) -> str:
        """A clip of three files that may leave the box; returns its id."""
        clip = new_id()
        files = []
        for kind in ("json", "jpg", "mp4"):
            name = f"{clip}.landscape.{kind}"
            content = sha256(name.encode()).digest() * (size_bytes // 32)
            (self.paths.clips / name).write_bytes(content)
            files.append(
                {
                    "cut": "landscape",
                    "kind": kind,
                    "name": name,
                    "size_bytes": len(content),
                    "sha256": sha256(content).hexdigest(),
                }
            )
        with self.files[Service.CAPTURE].transaction() as tx:
            release(tx, clip, EVENT)
            self.outbox.clip(tx, "clip_approved", EVENT, clip=clip, files=files)
        return clip

    def close(self) -> None:
        for database in self.files.values():
            database.close()

    def _noted(self, row: str) -> str:
        self.written.add(row)
        return row


@dataclass(frozen=True)
class Arrived:
    """What an independent reader finds in the bucket."""

    rows: Counter[str]
    """How often each row's id stands in any object."""
    keys: tuple[str, ...]
    bodies: dict[str, dict[str, object]]

    @property
    def double(self) -> set[str]:
        return {row for row, times in self.rows.items() if times > 1}


def arrived(bucket: Bucket, into: Path, prefix: str = "boxes/") -> Arrived:
    """Read every object of rows under ``prefix``."""
    rows: Counter[str] = Counter()
    bodies = {}
    keys = sorted(found.key for found in bucket.list(prefix))
    into.mkdir(exist_ok=True)
    for number, key in enumerate(keys):
        if parse_rows_key(key):
            for line in lines(bucket.fetch(key, into / str(number))):
                body = json.loads(line)
                rows[body["id"]] += 1
                bodies[body["id"]] = body
    return Arrived(rows, tuple(keys), bodies)
