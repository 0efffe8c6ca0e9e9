"""SQL of guest lists and tickets in ``audience.db``. Names are sealed before they come here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import EventId, new_id
from appliance.model.door import (
    GUEST_SUBJECT,
    GuestKey,
    GuestLine,
    NewGuest,
    Redemption,
    TicketAnswer,
)
from appliance.store.database import Database, Transaction
from appliance.store.outbox import rfc3339


@dataclass(frozen=True, slots=True)
class GuestRow:
    """A line as the door needs it."""

    id: str
    people: int
    refusal: str

    @property
    def subject(self) -> str:
        """Under this name they are let in."""
        return f"{GUEST_SUBJECT}{self.id}"


class GuestRows:
    """Rows of the lists. Only the portal's own process may call what takes a ``Transaction``."""

    def __init__(self, database: Database) -> None:
        """``database`` is audience.db."""
        self._database = database

    def key(self) -> GuestKey:
        """What names are sealed to; empty at first."""
        rows = self._database.query("SELECT recipient, sealed_identity FROM guest_key")
        return GuestKey(rows[0]["recipient"], rows[0]["sealed_identity"]) if rows else GuestKey()

    def set_key(self, tx: Transaction, key: GuestKey, at: datetime) -> None:
        """Begin anew: lines sealed to an older key could not be opened any more and go."""
        tx.execute("DELETE FROM guest WHERE id NOT IN (SELECT substr(subject, 7) FROM door_act)")
        tx.execute(
            "INSERT INTO guest_key (one, recipient, sealed_identity, at) VALUES (1, ?, ?, ?)"
            " ON CONFLICT (one) DO UPDATE SET recipient = excluded.recipient,"
            " sealed_identity = excluded.sealed_identity, at = excluded.at",
            (key.recipient, key.sealed_identity, rfc3339(at)),
        )

    def take(self, tx: Transaction, event: EventId, guests: Iterable[NewGuest], *, weaker: str) -> int:
        """Add lines, or bring them up to date by their number; return how many are new.

        A code is one line, wherever it came from: what a source says counts more than what ``weaker`` says.
        """
        return sum(self._take(tx, event, guest, weaker) for guest in guests)

    def _take(self, tx: Transaction, event: EventId, guest: NewGuest, weaker: str) -> bool:
        rows = tx.query(
            "SELECT id FROM guest WHERE event = ? AND source = ? AND remote = ?",
            (event, guest.source, guest.remote),
        )
        known = str(rows[0]["id"]) if rows else self._twin(tx, event, guest.secret_sha256)
        if not rows and known is not None:
            if guest.source == weaker:
                return False
            moved = (guest.source, guest.remote, known)
            tx.execute("UPDATE guest SET source = ?, remote = ? WHERE id = ?", moved)
        tx.execute(
            "INSERT INTO guest (id, event, source, remote, sealed, secret_sha256, people, refusal)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event, source, remote) DO UPDATE SET"
            " sealed = excluded.sealed, secret_sha256 = excluded.secret_sha256,"
            " people = excluded.people, refusal = excluded.refusal",
            (
                known or new_id(), event, guest.source, guest.remote, guest.sealed,
                guest.secret_sha256 or None, guest.people, guest.refusal,
            ),
        )  # fmt: skip
        return known is None

    def keep(
        self, tx: Transaction, event: EventId, source: str, numbers: Sequence[str], refusal: str
    ) -> None:
        """Lines of ``source`` that are none of ``numbers`` let nobody in any more, for ``refusal``.

        Who was let in by one stays what they are: they may go out, and come back.
        """
        tx.execute(
            "UPDATE guest SET refusal = ? WHERE event = ? AND source = ? AND refusal = ''"
            " AND remote NOT IN (SELECT value FROM json_each(?))"
            " AND NOT EXISTS (SELECT 1 FROM door_act d WHERE d.event = guest.event"
            " AND d.subject = 'guest:' || guest.id)",
            (refusal, event, source, json.dumps(list(numbers))),
        )

    def _twin(self, tx: Transaction, event: EventId, secret_sha256: str) -> str | None:
        """The line that has this code already, under another number."""
        rows = tx.query(
            "SELECT id FROM guest WHERE event = ? AND secret_sha256 = ? ORDER BY id", (event, secret_sha256)
        )
        return str(rows[0]["id"]) if rows and secret_sha256 else None

    def by_secret(self, event: EventId, secret_sha256: str) -> GuestRow | None:
        """The line of a ticket's secret."""
        return self._one("secret_sha256 = ?", (event, secret_sha256))

    def by_id(self, event: EventId, guest: str) -> GuestRow | None:
        """The line of that id."""
        return self._one("id = ?", (event, guest))

    def _one(self, where: str, values: tuple[str, ...]) -> GuestRow | None:
        rows = self._database.query(
            f"SELECT id, people, refusal FROM guest WHERE event = ? AND {where}",  # noqa: S608 our own text
            values,
        )
        return GuestRow(rows[0]["id"], rows[0]["people"], rows[0]["refusal"]) if len(rows) == 1 else None

    def lines(self, event: EventId, inside: Mapping[str, datetime]) -> tuple[GuestLine, ...]:
        """Everybody on a list of ``event``. ``inside``: who is, by subject."""
        rows = self._database.query(
            "SELECT id, sealed, people, refusal, source, remote FROM guest WHERE event = ? ORDER BY id",
            (event,),
        )
        return tuple(
            GuestLine(
                row["id"], row["sealed"], row["people"], row["refusal"], row["source"], row["remote"],
                f"{GUEST_SUBJECT}{row['id']}" in inside, inside.get(f"{GUEST_SUBJECT}{row['id']}"),
            )
            for row in rows
        )  # fmt: skip

    def waiting(self, source: str, limit: int = 100) -> tuple[Redemption, ...]:
        """Acts on tickets of ``source`` that were not told there, of any evening, oldest first.

        One that was undone before it was told is left out; one that was told is taken back.
        """
        rows = self._database.query(
            "SELECT a.id, a.act, a.at, g.remote, coalesce(told.act, '') AS annuls"
            " FROM door_act a JOIN guest g ON a.subject = 'guest:' || g.id"
            " LEFT JOIN door_act undone ON undone.seq = a.undoes"
            " LEFT JOIN ticket_answer told ON told.act = undone.id AND told.accepted"
            " WHERE g.source = ? AND (a.act <> 'undo' OR told.act IS NOT NULL)"
            " AND NOT EXISTS (SELECT 1 FROM ticket_answer t WHERE t.act = a.id)"
            " AND NOT EXISTS (SELECT 1 FROM door_act u WHERE u.undoes = a.seq) ORDER BY a.seq LIMIT ?",
            (source, limit),
        )
        return tuple(
            Redemption(
                row["id"], row["remote"], row["act"] == "in", datetime.fromisoformat(row["at"]), row["annuls"]
            )
            for row in rows
        )

    def answered(self, tx: Transaction, answers: Iterable[TicketAnswer], at: datetime) -> None:
        """Keep what was said; said again it changes nothing."""
        for answer in answers:
            tx.execute(
                "INSERT OR IGNORE INTO ticket_answer (act, accepted, reason, at) VALUES (?, ?, ?, ?)",
                (answer.act, answer.accepted, answer.reason, rfc3339(at)),
            )

    def refused(self, event: EventId) -> tuple[TicketAnswer, ...]:
        """What was not accepted there, oldest first."""
        rows = self._database.query(
            "SELECT t.act, t.reason FROM ticket_answer t JOIN door_act a ON a.id = t.act"
            " WHERE a.event = ? AND NOT t.accepted ORDER BY a.seq",
            (event,),
        )
        return tuple(TicketAnswer(row["act"], accepted=False, reason=row["reason"]) for row in rows)
