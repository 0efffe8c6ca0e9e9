"""Whoever has nothing but the bucket learns nobody's name: every object of an evening is searched."""

from __future__ import annotations

import http.client
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode

from appliance.bucket.bucket import Bucket
from appliance.bucket.ndjson import CONTENT_TYPE, pack
from appliance.bucket.opening import open_bucket
from appliance.clock import RealClock
from appliance.config import BucketTable
from appliance.dev.object_store import ObjectStore
from appliance.ids import BoxId, new_id, new_secret
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.push import Pusher
from lab import canaries
from lab.audience import SAMPLE, agreed
from lab.canaries import Canary
from lab.object_store_fixture import box_settings, object_store, organiser_settings
from lab.portal_process import Box, running

__all__ = ["object_store"]


def test_no_object_of_an_evening_holds_a_name_or_an_address(paths: Paths, object_store: ObjectStore) -> None:
    people = [Canary(number) for number in range(24)]
    box = Box.prepared(paths, SAMPLE.read_text())
    with running(box), ThreadPoolExecutor(8) as phones:
        assert set(phones.map(lambda one: signed_up(box, one), people)) == {303}
    who = BoxId(f"canary-{new_id()}")
    push_all(paths, who, opened(box_settings(object_store)))
    bucket = opened(organiser_settings(object_store))
    keys = [found.key for found in bucket.list(f"boxes/box={who}/")]
    assert {name for key in keys for name in ("people-", "facts-") if name in key} == {"people-", "facts-"}
    assert seen(bucket, keys, people) == []

    bucket.put(f"boxes/box={who}/leak.gz", pack([f'{{"who": "{people[3].email}"}}']), CONTENT_TYPE)
    bucket.put(f"boxes/box={who}/{people[4].name}", b"", CONTENT_TYPE)
    leaks = [f"boxes/box={who}/leak.gz", f"boxes/box={who}/{people[4].name}"]
    assert {line.partition(":")[0] for line in seen(bucket, leaks, people)} == set(leaks)


def signed_up(box: Box, canary: Canary) -> int:
    form = {"nonce": new_secret(), "name": canary.name, "email": canary.email, "news": "yes"}
    connection = http.client.HTTPConnection("127.0.0.1", box.port, timeout=60)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/join", urlencode(form | agreed(box.evening.event)), kind)
    status = connection.getresponse().status
    connection.close()
    return status


def push_all(paths: Paths, box: BoxId, bucket: Bucket) -> None:
    clock = RealClock()
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    pusher = Pusher(box, bucket, SyncRows(database, clock), Outboxes(paths), paths.clips, clock, gather_s=0)
    while pusher.step():
        pass
    database.close()


def seen(bucket: Bucket, keys: list[str], people: list[Canary]) -> list[str]:
    """Each sight of a canary in an object, its name or its content, clear, encoded, packed or hashed."""
    known = canaries.fingerprints(people)
    found = []
    for key in keys:
        for data in (key.encode(), bucket.get(key)):
            found += [f"{key}: {sight}" for sight in canaries.sightings(data)]
            found += [f"{key}: hash" for _ in canaries.hashed_sightings(data, known)]
    return found


def opened(settings: BucketTable) -> Bucket:
    bucket = open_bucket(settings)
    assert bucket is not None
    return bucket
