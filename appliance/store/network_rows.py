"""All SQL of ``network.db``."""

from __future__ import annotations

from datetime import datetime

from appliance.model.network_view import RadioState
from appliance.store.database import Database, Durability
from appliance.store.outbox import rfc3339


class NetworkRows:
    """The journal of the box's links."""

    def __init__(self, database: Database) -> None:
        """``database`` is network.db, opened by its owner."""
        self.database = database

    def radio(self) -> RadioState | None:
        """The last state written; None before the first."""
        rows = self.database.query("SELECT state FROM radio_state ORDER BY seq DESC LIMIT 1")
        return RadioState(rows[0]["state"]) if rows else None

    def radio_became(self, state: RadioState, at: datetime) -> None:
        """Write ``state`` if it is news."""
        if state is not self.radio():
            with self.database.transaction(Durability.NORMAL) as tx:
                tx.execute("INSERT INTO radio_state (state, at) VALUES (?, ?)", (state, rfc3339(at)))
