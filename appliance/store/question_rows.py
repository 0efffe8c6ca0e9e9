"""SQL of ``audience.db``: what people asked during talks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, EventId, ItemId, QuestionId
from appliance.model.question import Question, QuestionState
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import rfc3339

_THERE = "state <> 'gone'"


@dataclass(frozen=True, slots=True)
class Asked:
    """How many questions there are tonight."""

    own: int
    waiting: int
    """Of those."""
    everybodys: int


class QuestionRows:
    """Only the portal's own process may call what takes a ``Transaction``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    def of_event(self, event: EventId) -> tuple[Question, ...]:
        """All of an evening, in the order they were asked."""
        sql = f"SELECT * FROM question WHERE event = ? AND {_THERE} ORDER BY rowid"  # noqa: S608 our own text
        return tuple(map(_question, self._database.query(sql, (event,))))

    def of(self, event: EventId, attendee: AttendeeId) -> tuple[Question, ...]:
        """Those of one pass, in the order they were asked."""
        sql = f"SELECT * FROM question WHERE event = ? AND attendee = ? AND {_THERE} ORDER BY rowid"  # noqa: S608
        return tuple(map(_question, self._database.query(sql, (event, attendee))))

    def counted(self, tx: Transaction, event: EventId, attendee: AttendeeId) -> Asked:
        """How many there are, taken back or not."""
        ((own, waiting, everybodys),) = tx.query(
            "SELECT count(*) FILTER (WHERE attendee = ?1),"
            " count(*) FILTER (WHERE attendee = ?1 AND state = 'waits'), count(*)"
            " FROM question WHERE event = ?2",
            (attendee, event),
        )
        return Asked(own, waiting, everybodys)

    def known(self, tx: Transaction, question: QuestionId) -> tuple[str, str] | None:
        """By whom it was asked already, and how it reads now; None: it was not."""
        rows = tx.query("SELECT attendee, text FROM question WHERE id = ?", (question,))
        return (rows[0]["attendee"], rows[0]["text"]) if rows else None

    def ask(
        self, tx: Transaction, asked: Question, event: EventId, item: ItemId, attendee: AttendeeId
    ) -> None:
        """Write it down."""
        tx.execute(
            "INSERT INTO question (id, event, item, attendee, text, state, at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (asked.id, event, item, attendee, asked.text, asked.state, rfc3339(asked.at)),
        )

    def become(self, tx: Transaction, event: EventId, question: QuestionId, state: QuestionState) -> bool:
        """It stands so now; False if there is no such question. One that stood on the screen was answered."""
        if state is QuestionState.SHOWN:
            tx.execute(
                "UPDATE question SET state = 'answered' WHERE event = ? AND state = 'shown' AND id <> ?",
                (event, question),
            )
        sql = f"UPDATE question SET state = ? WHERE event = ? AND id = ? AND {_THERE}"  # noqa: S608 our own text
        return tx.execute(sql, (state, event, question)) > 0

    def take_back(self, tx: Transaction, attendee: AttendeeId, question: QuestionId) -> Sequence[str]:
        """It says nothing any more; return what it said, nothing if it is not theirs or was taken back."""
        return self._empty(tx, "id = ? AND attendee = ?", (question, attendee))

    def forget(self, tx: Transaction, attendee: AttendeeId) -> Sequence[str]:
        """Nothing that they asked says anything any more; return what it said."""
        return self._empty(tx, "attendee = ?", (attendee,))

    def _empty(self, tx: Transaction, which: str, of: tuple[str, ...]) -> Sequence[str]:
        said = tx.query(f"SELECT text FROM question WHERE {which} AND {_THERE}", of)  # noqa: S608 our own text
        tx.execute(f"UPDATE question SET text = '', state = 'gone' WHERE {which}", of)  # noqa: S608 our own text
        return [row["text"] for row in said]


def voices_ended(database: Database, before: datetime) -> list[str]:
    """Evenings whose last question was asked, and whose last poll was answered, before then."""
    rows = database.query(
        "SELECT event FROM (SELECT event, at FROM question UNION ALL SELECT event, at FROM poll_answer)"
        " GROUP BY event HAVING max(at) <= ?",
        (rfc3339(before),),
    )
    return [row["event"] for row in rows]


def shred_voices(tx: Transaction, event: str) -> int:
    """Every question of ``event`` goes, and who answered what; how many rows that were."""
    asked = tx.execute("DELETE FROM question WHERE event = ?", (event,))
    return asked + tx.execute("DELETE FROM poll_answer WHERE event = ?", (event,))


def _question(row: Row) -> Question:
    return Question(
        QuestionId(row["id"]),
        row["text"],
        QuestionState(row["state"]),
        datetime.fromisoformat(row["at"]),
    )
