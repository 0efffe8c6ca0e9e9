"""Generated box-evenings in a bucket, and the true figures, counted while they were written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import RowsKey
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.ids import BoxId, new_id
from appliance.store.outbox import rfc3339

BEGAN = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=2)
DROPS = ("poster", "soup")


@dataclass
class Evening:
    """One box showing one event."""

    box: str
    event: str
    people: int = 0
    claims: dict[str, int] = field(default_factory=dict)
    clips: int = 0
    approved: int = 0


def play(bucket: Bucket, box: str, event: str, luck: random.Random) -> Evening:
    """Write one evening as several objects, some of its facts twice; return what is true of it."""
    evening = Evening(box, event)
    facts = [_fact(box, event, "show_started", BEGAN), _fact(box, event, "show_ended", ENDED)]
    for _ in range(luck.randint(0, 40)):
        evening.people += 1
        facts.append(_fact(box, event, "signed_up", BEGAN, purposes=["news"]))
        if luck.random() < 0.5:
            drop = luck.choice(DROPS)
            evening.claims[drop] = evening.claims.get(drop, 0) + 1
            facts.append(_fact(box, event, "drop_claimed", BEGAN, drop=drop, claim=new_id()))
    for _ in range(luck.randint(0, 4)):
        evening.clips += 1
        facts.append(_fact(box, event, "clip_made", ENDED))
        if luck.random() < 0.5:
            evening.approved += 1
            facts.append(_fact(box, event, "clip_approved", ENDED))
    epoch = luck.randint(1, 10**9)
    doubles = luck.sample(facts, k=len(facts) // 3)
    third = max(1, len(facts) // 3)
    groups = [facts[start : start + third] for start in range(0, len(facts), third)] + [doubles]
    for number, group in enumerate(groups, start=1):
        key = RowsKey("facts", BoxId(box), event, BEGAN.date(), epoch, number)
        bucket.put(str(key), pack(group), CONTENT_TYPE)
    return evening


def _fact(box: str, event: str, kind: str, at: datetime, **fields: object) -> str:
    head = {"id": new_id(), "kind": kind, "event": event, "at": rfc3339(at), "box": box}
    return msgspec.json.encode({**head, "clock": "proven", "boot": "b", "mono_ms": 1, **fields}).decode()
