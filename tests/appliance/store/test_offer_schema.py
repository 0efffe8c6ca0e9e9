"""What older boxes hold comes along: a claim of before is a claim of now, and stays one for each pass."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from appliance.ids import AttendeeId, ClaimId, DropId, EventId
from appliance.paths import Paths, Service
from appliance.store import migrations
from appliance.store.audience_rows import AudienceRows, ClaimRow

EVENT = EventId("harbour-lights")
ADA = AttendeeId("ada")


def test_claims_of_before_there_were_sizes_are_kept(paths: Paths) -> None:
    path = paths.database(Service.PORTAL)
    with closing(sqlite3.connect(path, isolation_level=None)) as old:
        old.execute("CREATE TABLE schema_step (name TEXT PRIMARY KEY) STRICT")
        for name, sql in migrations.steps(Service.PORTAL):
            if name < "portal/0010" or name.startswith("common/"):
                old.executescript(sql)
                old.execute("INSERT INTO schema_step VALUES (?)", (name,))
        old.execute(
            "INSERT INTO attendee VALUES ('ada', ?, ?, '2026-11-27T19:00:00.000Z')", (EVENT, "a" * 64)
        )
        old.execute(
            "INSERT INTO claim VALUES ('c1', ?, 'poster', 'ada', 'n1', '2026-11-27T20:00:00.000Z')", (EVENT,)
        )
    rows = AudienceRows.owner(paths)
    (claim,) = rows.claims(ADA)
    assert (claim.id, claim.drop, claim.variant, claim.released) == ("c1", "poster", "", False)
    assert rows.taken(EVENT) == {"poster": 1}
    with pytest.raises(sqlite3.IntegrityError), rows.database.transaction() as tx:
        rows.add_claim(tx, EVENT, ClaimRow(ClaimId("c2"), DropId("poster"), ADA, "n2", claim.at))
    rows.database.close()
