"""SQL of ``audience.db``: what people asked during talks."""

from __future__ import annotations

from datetime import datetime

from appliance.ids import AttendeeId, EventId, ItemId, QuestionId
from appliance.model.question import Question, QuestionState
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import rfc3339


class QuestionRows:
    """Only the portal's own process may call what takes a ``Transaction``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    def of_event(self, event: EventId) -> tuple[Question, ...]:
        """All of an evening, in the order they were asked."""
        rows = self._database.query("SELECT * FROM question WHERE event = ? ORDER BY rowid", (event,))
        return tuple(map(_question, rows))

    def of(self, event: EventId, attendee: AttendeeId) -> tuple[Question, ...]:
        """Those of one pass, in the order they were asked."""
        sql = "SELECT * FROM question WHERE event = ? AND attendee = ? ORDER BY rowid"
        return tuple(map(_question, self._database.query(sql, (event, attendee))))

    def waiting(self, tx: Transaction, event: EventId, attendee: AttendeeId) -> tuple[int, int]:
        """How many wait: of that pass, and of all."""
        sql = "SELECT count(*) FILTER (WHERE attendee = ?), count(*) FROM question"
        waits = " WHERE event = ? AND state = 'waits'"
        ((own, everybodys),) = tx.query(sql + waits, (attendee, event))
        return own, everybodys

    def is_known(self, tx: Transaction, question: QuestionId) -> bool:
        """Whether it was asked already."""
        return bool(tx.query("SELECT 1 FROM question WHERE id = ?", (question,)))

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
        sql = "UPDATE question SET state = ? WHERE event = ? AND id = ?"
        return tx.execute(sql, (state, event, question)) > 0

    def take_back(self, tx: Transaction, attendee: AttendeeId, question: QuestionId) -> bool:
        """It was never asked; False if it is not theirs, or is not there any more."""
        return tx.execute("DELETE FROM question WHERE id = ? AND attendee = ?", (question, attendee)) > 0

    def forget(self, tx: Transaction, attendee: AttendeeId) -> int:
        """All that they asked goes; how many that were."""
        return tx.execute("DELETE FROM question WHERE attendee = ?", (attendee,))


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
