"""SQL of what stays how long: what Setup said, what is in the bucket since when, and the shredding."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from appliance.errors import MatineeError
from appliance.model.keeping import Keeping, Said
from appliance.paths import Paths, Service
from appliance.store.database import Database, Transaction
from appliance.store.outbox import Lane, rfc3339

_REMEMBERED = 50


class KeepingRows:
    """What Setup said. Only the console's process may call ``say``."""

    def __init__(self, database: Database) -> None:
        """``database`` is console.db."""
        self._database = database

    def said(self) -> Sequence[Said]:
        """Every answer, the newest first."""
        rows = self._database.query("SELECT * FROM keeping ORDER BY seq DESC LIMIT ?", (_REMEMBERED,))
        return [
            Said(
                Keeping(row["people_days"], row["clips_days"]),
                datetime.fromisoformat(row["at"]),
                row["staff"],
            )
            for row in rows
        ]

    def say(self, keeping: Keeping, at: datetime, staff: str) -> None:
        """From now on, or in a day where it is shorter."""
        with self._database.transaction() as tx:
            tx.execute(
                "INSERT INTO keeping (people_days, clips_days, staff, at) VALUES (?, ?, ?, ?)",
                (keeping.people_days, keeping.clips_days, staff, rfc3339(at)),
            )


def said_in(paths: Paths) -> Sequence[Said]:
    """What Setup said, as any service reads it; nothing before the console has run."""
    try:
        database = Database.open_reader(paths.database(Service.CONSOLE))
        with closing(database):
            return KeepingRows(database).said()
    except MatineeError as fault:
        if fault.key != "store.missing":
            raise
        return []


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of one outbox that are in the bucket: those of that lane, event and UTC day, first to last."""

    lane: Lane
    event: str
    day: str
    first_seq: int
    last_seq: int


class StoredRows:
    """What is in the bucket for how long. Reads ``media.db``, which is sync's."""

    def __init__(self, database: Database) -> None:
        """Use ``reader``."""
        self._database = database

    @classmethod
    def reader(cls, paths: Paths) -> StoredRows:
        """Open for reading; ``store.missing`` before sync has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.SYNC)))

    def close(self) -> None:
        """Close the file again."""
        self._database.close()

    def people(self, owner: Service, before: datetime) -> list[Stored]:
        """People's rows of ``owner`` that the bucket took before then.

        None that the bucket has only of a file which was replaced since: its numbers are other rows' now.
        """
        rows = self._database.query(
            "SELECT o.event, o.day, p.first_seq, p.last_seq FROM push_object o"
            " JOIN push_part p ON p.object = o.number"
            " JOIN push_cursor c ON c.owner = p.owner AND c.lane = o.lane AND p.last_seq <= c.stored_seq"
            " WHERE o.lane = 'people' AND p.owner = ? AND o.stored_at <= ? ORDER BY o.number",
            (owner, rfc3339(before)),
        )
        return [Stored(Lane.PEOPLE, *row) for row in rows]

    def files(self, before: datetime) -> frozenset[str]:
        """Files of clips that the bucket took before then, and that wait for nothing more."""
        rows = self._database.query(
            "SELECT file FROM push_object WHERE lane = 'clips' AND file <> '' GROUP BY file"
            " HAVING count(*) = count(stored_at) AND max(stored_at) <= ?",
            (rfc3339(before),),
        )
        return frozenset(row["file"] for row in rows)


def shred_rows(tx: Transaction, stored: Stored) -> int:
    """Empty those rows of the outbox; what was in them is gone. Return how many were not empty before.

    The row itself stays: its number and id tell sync that this is still the file it knows.
    """
    return tx.execute(
        "UPDATE outbox SET body = '{}' WHERE lane = ? AND event = ? AND substr(at, 1, 10) = ?"
        " AND seq BETWEEN ? AND ? AND body <> '{}'",
        (stored.lane, stored.event, stored.day, stored.first_seq, stored.last_seq),
    )


def lists_ended(database: Database) -> dict[str, datetime | None]:
    """Evenings with names on guest lists: when anybody last came or signed up there; None: nobody did."""
    rows = database.query(
        "SELECT event, max(at) AS at FROM (SELECT event, at FROM attendee UNION ALL"
        " SELECT event, at FROM door_act UNION ALL SELECT event, NULL FROM guest)"
        " WHERE event IN (SELECT event FROM guest WHERE sealed <> '') GROUP BY event"
    )
    return {row["event"]: row["at"] and datetime.fromisoformat(row["at"]) for row in rows}


def shred_names(tx: Transaction, event: str) -> int:
    """Empty the names on the lists of ``event``; return how many there were."""
    return tx.execute("UPDATE guest SET sealed = '' WHERE event = ? AND sealed <> ''", (event,))
