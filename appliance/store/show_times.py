"""When this box last showed something to somebody, whatever is loaded now."""

from __future__ import annotations

from datetime import datetime

from appliance.model.show_view import Phase
from appliance.store.database import Database


def last_shown_at(database: Database) -> datetime | None:
    """The newest step of any show that had begun, over ones among them; None: there never was one."""
    rows = database.query(
        "SELECT max(at) AS at FROM step WHERE phase NOT IN (?, ?)", (Phase.NONE, Phase.STANDBY)
    )
    return datetime.fromisoformat(rows[0]["at"]) if rows[0]["at"] else None
