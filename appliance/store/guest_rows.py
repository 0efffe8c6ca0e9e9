"""SQL of guest lists and tickets in ``audience.db``. Names are sealed before they come here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

    def take(self, tx: Transaction, event: EventId, guests: Iterable[NewGuest]) -> int:
        """Add lines, or bring them up to date by their number; return how many are new."""
        new = 0
        for guest in guests:
            known = tx.query(
                "SELECT id FROM guest WHERE event = ? AND source = ? AND remote = ?",
                (event, guest.source, guest.remote),
            )
            new += not known
            tx.execute(
                "INSERT INTO guest (id, event, source, remote, sealed, secret_sha256, people, refusal)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event, source, remote) DO UPDATE SET"
                " sealed = excluded.sealed, secret_sha256 = excluded.secret_sha256,"
                " people = excluded.people, refusal = excluded.refusal",
                (
                    known[0]["id"] if known else new_id(), event, guest.source, guest.remote, guest.sealed,
                    guest.secret_sha256 or None, guest.people, guest.refusal,
                ),
            )  # fmt: skip
        return new

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

    def waiting(self, event: EventId, source: str, limit: int = 100) -> tuple[Redemption, ...]:
        """Acts on tickets of ``source`` that were not told there, oldest first.

        One that was undone before it was told is left out; one that was told is taken back.
        """
        rows = self._database.query(
            "SELECT a.id, a.act, a.at, g.remote, coalesce(told.act, '') AS annuls"
            " FROM door_act a JOIN guest g ON a.subject = 'guest:' || g.id"
            " LEFT JOIN door_act undone ON undone.seq = a.undoes"
            " LEFT JOIN ticket_answer told ON told.act = undone.id AND told.accepted"
            " WHERE a.event = ? AND g.source = ? AND (a.act <> 'undo' OR told.act IS NOT NULL)"
            " AND NOT EXISTS (SELECT 1 FROM ticket_answer t WHERE t.act = a.id)"
            " AND NOT EXISTS (SELECT 1 FROM door_act u WHERE u.undoes = a.seq) ORDER BY a.seq LIMIT ?",
            (event, source, limit),
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
