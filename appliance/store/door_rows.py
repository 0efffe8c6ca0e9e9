"""SQL of the door in ``audience.db``: acts, and what they make of who is inside."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, EventId
from appliance.model.door import DoorAnswer, Person
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import rfc3339

_STANDS = " NOT EXISTS (SELECT 1 FROM door_act u WHERE u.undoes = a.seq) AND a.act <> 'undo'"
_ACT = "a.*, EXISTS (SELECT 1 FROM door_act u WHERE u.undoes = a.seq) AS undone"
_LAST = (
    "SELECT a.subject, a.act, a.people, a.access_place, max(a.seq) AS seq FROM door_act a"  # noqa: S608 our own text
    f" WHERE a.event = ? AND{_STANDS} GROUP BY a.subject"
)


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act."""

    id: str
    event: EventId
    subject: str
    act: str
    """``in``, ``out`` or ``undo``."""
    answer: DoorAnswer
    nonce: str
    staff: str
    at: datetime
    people: int = 1
    access_place: bool = False
    overridden: bool = False
    undoes: str = ""
    """The id of the act that is taken back."""
    undone: bool = False
    """Whether this one was taken back since."""


@dataclass(frozen=True, slots=True)
class Count:
    """People in the room now."""

    inside: int
    access_taken: int


@dataclass(frozen=True, slots=True)
class BroughtRow:
    """What an attendee brought along."""

    attendee: AttendeeId
    event: EventId
    earlier: AttendeeId | None = None
    stamps: int = 0
    tier: str = ""
    invited_by: AttendeeId | None = None
    tier_until: datetime | None = None
    root: AttendeeId | None = None
    """The attendee of the first pass of that line; None: this one is the first."""
    rewards: tuple[str, ...] = ()
    asked: tuple[int, ...] = ()
    places: tuple[EventId, ...] = ()


class DoorRows:
    """Rows of the door. Only the portal's own process may call what takes a ``Transaction`` to write."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    def add(self, tx: Transaction, row: ActRow) -> None:
        """Add an act."""
        undone = tx.query("SELECT seq FROM door_act WHERE id = ?", (row.undoes,)) if row.undoes else []
        tx.execute(
            "INSERT INTO door_act (id, event, subject, act, answer, undoes, people, access_place, overridden,"
            " nonce, staff, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.id, row.event, row.subject, row.act, row.answer, undone[0]["seq"] if undone else None,
                row.people, row.access_place, row.overridden, row.nonce, row.staff, rfc3339(row.at),
            ),
        )  # fmt: skip

    def with_nonce(self, tx: Transaction, event: EventId, subject: str, nonce: str) -> ActRow | None:
        """The act of that press, if it was carried out."""
        rows = tx.query(
            f"SELECT {_ACT} FROM door_act a WHERE event = ? AND subject = ? AND nonce = ?",  # noqa: S608 our own text
            (event, subject, nonce),
        )
        return _act(rows[0]) if rows else None

    def knows(self, event: EventId, subject: str) -> bool:
        """Whether ``pass:<attendee>`` signed up here, was brought here, or was at this door before."""
        sql = (
            "SELECT 1 FROM attendee WHERE event = :event AND 'pass:' || id = :subject"
            " UNION ALL SELECT 1 FROM brought WHERE event = :event AND 'pass:' || attendee = :subject"
            " UNION ALL SELECT 1 FROM door_act WHERE event = :event AND subject = :subject LIMIT 1"
        )
        return bool(self._database.query(sql, {"event": event, "subject": subject}))

    def with_id(self, tx: Transaction, event: EventId, act: str) -> ActRow | None:
        """The act of that id."""
        sql = f"SELECT {_ACT} FROM door_act a WHERE event = ? AND id = ?"  # noqa: S608 our own text
        rows = tx.query(sql, (event, act))
        return _act(rows[0]) if rows else None

    def standing(self, event: EventId, person: Person, tx: Transaction | None = None) -> Person:
        """``person``, with whether they are inside, and since when; within ``tx`` as that sees it."""
        sql = (
            f"SELECT {_ACT} FROM door_act a WHERE a.event = ? AND a.subject = ?"  # noqa: S608 our own text
            f" AND{_STANDS} ORDER BY a.seq DESC LIMIT 1"
        )
        rows = (tx or self._database).query(sql, (event, person.subject))
        if not rows:
            return person
        last = _act(rows[0])
        return Person(
            person.subject, person.stamps, person.tier, person.invited,
            last.people if person.people == 1 else person.people, inside=last.act == "in", since=last.at,
            act=last.id, access_place=last.access_place,
        )  # fmt: skip

    def count(self, event: EventId, tx: Transaction | None = None) -> Count:
        """How many are inside; within ``tx`` as that sees it."""
        sql = (
            "SELECT coalesce(sum(people), 0) AS inside, coalesce(sum(access_place), 0) AS places"  # noqa: S608 our own text
            f" FROM ({_LAST}) WHERE act = 'in'"
        )
        (row,) = (tx or self._database).query(sql, (event,))
        return Count(row["inside"], row["places"])

    def came(self, event: EventId) -> int:
        """How many were let in, whether or not they have left."""
        sql = f"SELECT coalesce(sum(people), 0) FROM ({_LAST})"  # noqa: S608 our own text
        return int(self._database.query(sql, (event,))[0][0])

    def inside_since(self, event: EventId) -> dict[str, datetime]:
        """Who is inside, and since when."""
        sql = f"SELECT l.subject, a.at FROM ({_LAST}) l JOIN door_act a ON a.seq = l.seq WHERE l.act = 'in'"  # noqa: S608 our own text
        return {
            row["subject"]: datetime.fromisoformat(row["at"]) for row in self._database.query(sql, (event,))
        }

    def bring(self, tx: Transaction, row: BroughtRow) -> None:
        """Keep what an attendee brought; ``sqlite3.IntegrityError`` if that pass was brought tonight."""
        tx.execute(
            "INSERT INTO brought (attendee, event, earlier, stamps, tier, invited_by, tier_until, root,"
            " rewards, asked, places) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.attendee, row.event, row.earlier, row.stamps, row.tier, row.invited_by,
                None if row.tier_until is None else rfc3339(row.tier_until), row.root,
                json.dumps(row.rewards), json.dumps(row.asked), json.dumps(row.places),
            ),
        )  # fmt: skip

    def brought(self, attendee: AttendeeId) -> BroughtRow | None:
        """What that attendee brought."""
        rows = self._database.query("SELECT * FROM brought WHERE attendee = ?", (attendee,))
        return _brought(rows[0]) if rows else None

    def brought_by(
        self, event: EventId, earlier: AttendeeId, tx: Transaction | None = None
    ) -> BroughtRow | None:
        """Tonight's attendee with that earlier pass."""
        sql = "SELECT * FROM brought WHERE event = ? AND earlier = ?"
        rows = (tx or self._database).query(sql, (event, earlier))
        return _brought(rows[0]) if rows else None

    def attendees(self, event: EventId) -> list[AttendeeId]:
        """Everybody who signed up for ``event`` at this box."""
        rows = self._database.query("SELECT id FROM attendee WHERE event = ?", (event,))
        return [AttendeeId(row["id"]) for row in rows]


def _act(row: Row) -> ActRow:
    return ActRow(
        row["id"], EventId(row["event"]), row["subject"], row["act"], DoorAnswer(row["answer"]),
        row["nonce"], row["staff"], datetime.fromisoformat(row["at"]), row["people"],
        bool(row["access_place"]), bool(row["overridden"]),
        undone=bool(row["undone"]),
    )  # fmt: skip


def _brought(row: Row) -> BroughtRow:
    earlier, invited_by = row["earlier"], row["invited_by"]
    return BroughtRow(
        AttendeeId(row["attendee"]), EventId(row["event"]),
        None if earlier is None else AttendeeId(earlier), row["stamps"], row["tier"],
        None if invited_by is None else AttendeeId(invited_by),
        None if row["tier_until"] is None else datetime.fromisoformat(row["tier_until"]),
        None if row["root"] is None else AttendeeId(row["root"]),
        tuple(json.loads(row["rewards"])), tuple(json.loads(row["asked"])),
        tuple(map(EventId, json.loads(row["places"]))),
    )  # fmt: skip
