from __future__ import annotations

import json

from appliance.clock import HeldClock
from appliance.ids import BoxId
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.outbox import Lane, Outbox, messages_after


def test_a_fact_carries_who_when_and_how_far_its_time_may_be_believed(paths: Paths, clock: HeldClock) -> None:
    database = Database.open_owner(paths.database(Service.SHOW), Service.SHOW)
    outbox = Outbox(BoxId("box-7"), clock)
    with database.transaction() as tx:
        fact = outbox.fact(tx, "cue_fired", "small-evening", cue="sell")
        outbox.person(tx, "signed_up", "small-evening", "receipt-1", "c2VhbGVk")
    (message,) = messages_after(database, Lane.FACTS, 0)
    body = json.loads(message.body)
    assert body.pop("boot")
    assert body == {
        "id": fact,
        "kind": "cue_fired",
        "event": "small-evening",
        "box": "box-7",
        "at": "2026-11-27T18:00:00.000Z",
        "clock": "proven",
        "mono_ms": 1_000_000,
        "cue": "sell",
    }
    (person,) = messages_after(database, Lane.PEOPLE, 0)
    assert set(json.loads(person.body)) == {"id", "kind", "at", "receipt", "sealed"}
    assert messages_after(database, Lane.FACTS, message.seq) == []
    database.close()
