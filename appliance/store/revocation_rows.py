"""SQL of what the organiser withdrew, in ``audience.db``: it outlives the copy that it was read from."""

from __future__ import annotations

from datetime import datetime

import msgspec

from appliance.model.revocations import Revocations
from appliance.store.database import Database
from appliance.store.outbox import rfc3339


class RevocationRows:
    """Keeps the newest list."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db, opened by its owner if anything is to be written."""
        self._database = database

    def kept(self) -> Revocations:
        """The list as it was kept last; an empty one at first."""
        rows = self._database.query("SELECT version, made_at, names FROM revocation_list")
        if not rows:
            return Revocations()
        (row,) = rows
        names = frozenset(map(str, msgspec.json.decode(row["names"])))
        return Revocations(row["version"], datetime.fromisoformat(row["made_at"]), names)

    def keep(self, revocations: Revocations) -> None:
        """Keep it durably, unless a newer one is there."""
        names = msgspec.json.encode(sorted(revocations.revoked)).decode()
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT INTO revocation_list (one, version, made_at, names) VALUES (1, ?, ?, ?)"
                " ON CONFLICT (one) DO UPDATE SET version = excluded.version, made_at = excluded.made_at,"
                " names = excluded.names WHERE excluded.version > revocation_list.version",
                (revocations.version, rfc3339(revocations.made_at), names),
            )
