"""SQL of the push in ``media.db``: cursors, planned objects, the epoch."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from appliance.clock import Clock
from appliance.paths import Service
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import Lane, rfc3339
from appliance.store.upload_rows import UploadRows

_MOST_EPOCH = 10**10 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one owner's outbox has been planned: the row's number and its id."""

    seq: int = 0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one owner, first to last; of those, the ones of the object's lane, event and day."""

    owner: Service
    first_seq: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class Plan:
    """An object to be: one file of a clip, or rows of one lane, event and UTC day."""

    lane: Lane
    event: str
    day: date
    row_count: int
    parts: tuple[Part, ...]
    file: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class PushObject:
    """A plan that is durable and not yet in the bucket."""

    number: int
    epoch: int
    plan: Plan


class SyncRows:
    """Rows of the push. All writing is FULL: what is planned or marked outlives a power cut."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """``database`` is media.db, opened by its owner."""
        self._database = self.database = database
        self._clock = clock
        self.uploads = UploadRows(database, clock)
        """Objects that go up in parts."""

    def cursor(self, owner: Service, lane: Lane) -> Cursor:
        """How far ``owner``'s outbox has been planned."""
        rows = self._database.query(
            "SELECT planned_seq, planned_id FROM push_cursor WHERE owner = ? AND lane = ?", (owner, lane)
        )
        return Cursor(rows[0]["planned_seq"], rows[0]["planned_id"]) if rows else Cursor()

    def stored_seq(self, owner: Service, lane: Lane) -> int:
        """All of ``owner``'s rows up to here are in the bucket."""
        rows = self._database.query(
            "SELECT stored_seq FROM push_cursor WHERE owner = ? AND lane = ?", (owner, lane)
        )
        return int(rows[0]["stored_seq"]) if rows else 0

    def rewind(self, owner: Service, lane: Lane) -> None:
        """Read ``owner``'s outbox again from its beginning: the file was replaced."""
        with self._database.transaction() as tx:
            tx.execute(
                "UPDATE push_cursor SET planned_seq = 0, planned_id = '', stored_seq = 0"
                " WHERE owner = ? AND lane = ?",
                (owner, lane),
            )

    def plan(self, lane: Lane, plans: Sequence[Plan], cursors: Mapping[Service, Cursor]) -> None:
        """Make ``plans`` durable and move ``lane``'s cursors over their rows."""
        with self._database.transaction() as tx:
            epoch = self._epoch(tx)
            for plan in plans:
                _add(tx, epoch, plan, planned_at=rfc3339(self._clock.now()))
            for owner, cursor in cursors.items():
                tx.execute(
                    "INSERT INTO push_cursor (owner, lane, planned_seq, planned_id, stored_seq)"
                    " VALUES (?, ?, ?, ?, 0) ON CONFLICT (owner, lane) DO UPDATE"
                    " SET planned_seq = excluded.planned_seq, planned_id = excluded.planned_id",
                    (owner, lane, cursor.seq, cursor.id),
                )
                _move_stored(tx, owner, lane)

    def next_open(self, lane: Lane, after: int = 0) -> PushObject | None:
        """The oldest object of ``lane``, behind number ``after``, that is planned and not in the bucket."""
        rows = self._database.query(
            "SELECT * FROM push_object WHERE lane = ? AND number > ? AND stored_at IS NULL"
            " AND given_up IS NULL ORDER BY number LIMIT 1",
            (lane, after),
        )
        return self._object(rows[0]) if rows else None

    def mark_stored(self, stored: PushObject) -> None:
        """The object is in the bucket: note it and move the cursors, in one transaction."""
        self._close(stored, "stored_at", rfc3339(self._clock.now()))

    def give_up(self, dead: PushObject, why: str) -> None:
        """The object will never be in the bucket; ``why`` is a sentence."""
        self._close(dead, "given_up", why)

    def clips_in_bucket(self, besides: str) -> list[str]:
        """Names of clip files that are stored and wait for nothing more, but for those of one event."""
        rows = self._database.query(
            "SELECT DISTINCT file FROM push_object WHERE lane = 'clips' AND file != ''"
            " AND stored_at IS NOT NULL AND event != ? AND file NOT IN"
            " (SELECT file FROM push_object WHERE stored_at IS NULL AND given_up IS NULL)",
            (besides,),
        )
        return [row["file"] for row in rows]

    def new_epoch(self) -> int:
        """Plan under a fresh number from now on; what is planned keeps its own."""
        with self._database.transaction() as tx:
            return _fresh_epoch(tx, self._clock.now())

    def pushed(self) -> dict[Lane, int]:
        """Rows in the bucket, by lane."""
        rows = self._database.query(
            "SELECT lane, sum(row_count) AS n FROM push_object WHERE stored_at IS NOT NULL GROUP BY lane"
        )
        return {Lane(row["lane"]): int(row["n"]) for row in rows}

    def last_stored(self) -> datetime | None:
        """When the bucket last took an object."""
        (row,) = self._database.query("SELECT max(stored_at) AS at FROM push_object")
        return datetime.fromisoformat(row["at"]) if row["at"] else None

    def given_up(self) -> tuple[str, ...]:
        """Sentences of dead letters, newest first."""
        rows = self._database.query(
            "SELECT given_up FROM push_object WHERE given_up IS NOT NULL ORDER BY number DESC LIMIT 20"
        )
        return tuple(row["given_up"] for row in rows)

    def _epoch(self, tx: Transaction) -> int:
        rows = tx.query("SELECT epoch FROM push_epoch ORDER BY seq DESC LIMIT 1")
        return int(rows[0]["epoch"]) if rows else _fresh_epoch(tx, self._clock.now())

    def _close(self, closed: PushObject, column: str, value: str) -> None:
        with self._database.transaction() as tx:
            tx.execute(
                f"UPDATE push_object SET {column} = ? WHERE number = ?",  # noqa: S608 one of two names above
                (value, closed.number),
            )
            for part in closed.plan.parts:
                _move_stored(tx, part.owner, closed.plan.lane)

    def _object(self, row: Row) -> PushObject:
        parts = self._database.query(
            "SELECT owner, first_seq, last_seq FROM push_part WHERE object = ? ORDER BY owner",
            (row["number"],),
        )
        plan = Plan(
            Lane(row["lane"]),
            row["event"],
            date.fromisoformat(row["day"]),
            row["row_count"],
            tuple(Part(Service(part["owner"]), part["first_seq"], part["last_seq"]) for part in parts),
            row["file"],
            row["sha256"],
        )
        return PushObject(row["number"], row["epoch"], plan)


def _fresh_epoch(tx: Transaction, began: datetime) -> int:
    epoch = 1 + secrets.randbelow(_MOST_EPOCH)
    tx.execute("INSERT INTO push_epoch (epoch, began) VALUES (?, ?)", (epoch, rfc3339(began)))
    return epoch


def _add(tx: Transaction, epoch: int, plan: Plan, planned_at: str) -> None:
    day = plan.day.isoformat()
    (row,) = tx.query(
        "INSERT INTO push_object (epoch, lane, event, day, row_count, file, sha256, planned_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
        (epoch, plan.lane, plan.event, day, plan.row_count, plan.file, plan.sha256, planned_at),
    )
    for part in plan.parts:
        tx.execute(
            "INSERT INTO push_part (object, owner, first_seq, last_seq) VALUES (?, ?, ?, ?)",
            (int(row["number"]), part.owner, part.first_seq, part.last_seq),
        )


def _move_stored(tx: Transaction, owner: Service, lane: Lane) -> None:
    """Bring ``stored_seq`` up to just before the first row that is planned and not in the bucket."""
    tx.execute(
        "UPDATE push_cursor SET stored_seq = min(planned_seq, coalesce((SELECT min(p.first_seq) - 1"
        " FROM push_object o JOIN push_part p ON p.object = o.number WHERE p.owner = push_cursor.owner"
        " AND o.lane = push_cursor.lane AND o.stored_at IS NULL AND o.given_up IS NULL), planned_seq))"
        " WHERE owner = ? AND lane = ?",
        (owner, lane),
    )
