"""All SQL of ``console.db``: staff, sessions, sign-in links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from appliance.ids import Sha256
from appliance.paths import Paths, Service
from appliance.store.database import Database, Row
from appliance.store.outbox import rfc3339

StaffId = NewType("StaffId", str)


class Role(StrEnum):
    """What somebody of the staff may do."""

    OPERATOR = "operator"
    """Runs the show."""
    STEWARD = "steward"
    """Stands at door or desk."""
    ORGANISER = "organiser"
    """Owns the box; may do what an operator may."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who may sign in."""

    id: StaffId
    role: Role
    passphrase: str
    """Its Argon2id hash, as a PHC string."""


class StaffRows:
    """Rows of the staff. Only the console's own process may call what writes."""

    def __init__(self, database: Database) -> None:
        """Use ``owner``."""
        self.database = database

    @classmethod
    def owner(cls, paths: Paths) -> StaffRows:
        """Open for writing: the console's process only."""
        return cls(Database.open_owner(paths.database(Service.CONSOLE), Service.CONSOLE))

    def add_staff(self, staff: Staff, at: datetime) -> None:
        """Let somebody sign in from now on."""
        with self.database.transaction() as tx:
            tx.execute(
                "INSERT INTO staff (id, role, passphrase, at) VALUES (?, ?, ?, ?)",
                (staff.id, staff.role, staff.passphrase, rfc3339(at)),
            )

    def staff(self, role: Role | None = None) -> list[Staff]:
        """Everybody who may sign in, or those of one role, oldest first."""
        rows = self.database.query(
            "SELECT id, role, passphrase FROM staff WHERE role = coalesce(?, role) ORDER BY id", (role,)
        )
        return [_staff(row) for row in rows]

    def change_passphrase(self, staff: StaffId, passphrase: str) -> None:
        """From now on ``staff`` has that one (its hash); every browser and link of theirs is signed out."""
        with self.database.transaction() as tx:
            tx.execute("UPDATE staff SET passphrase = ? WHERE id = ?", (passphrase, staff))
            tx.execute("UPDATE session SET ends = '' WHERE staff = ?", (staff,))
            tx.execute("DELETE FROM sign_in_link WHERE staff = ?", (staff,))

    def end_sessions(self, role: Role) -> None:
        """Sign out every browser of ``role``, and spend its links."""
        with self.database.transaction() as tx:
            whose = "staff IN (SELECT id FROM staff WHERE role = ?)"
            tx.execute(f"UPDATE session SET ends = '' WHERE {whose}", (role,))  # noqa: S608 words of ours
            tx.execute(f"DELETE FROM sign_in_link WHERE {whose}", (role,))  # noqa: S608 words of ours

    def signed_in(self, role: Role, now: datetime) -> int:
        """How many browsers of ``role`` are signed in."""
        rows = self.database.query(
            "SELECT count(*) AS many FROM session JOIN staff ON staff.id = session.staff"
            " WHERE role = ? AND ends >= ?",
            (role, rfc3339(now)),
        )
        return int(rows[0]["many"])

    def add_link(self, token: Sha256, staff: StaffId, at: datetime, ends: datetime | None) -> None:
        """Keep a link that signs ``staff`` in once, until ``ends``; None: until it is used."""
        with self.database.transaction() as tx:
            tx.execute(
                "INSERT INTO sign_in_link (token_sha256, staff, at, ends) VALUES (?, ?, ?, ?)",
                (token, staff, rfc3339(at), None if ends is None else rfc3339(ends)),
            )

    def use_link(self, token: Sha256, now: datetime) -> Staff | None:
        """Use a link up; return whom it signs in, None if it is not good. One caller gets it."""
        with self.database.transaction() as tx:
            tx.execute("DELETE FROM sign_in_link WHERE ends < ?", (rfc3339(now),))
            rows = tx.query("DELETE FROM sign_in_link WHERE token_sha256 = ? RETURNING staff", (token,))
            if not rows:
                return None
            (found,) = tx.query("SELECT id, role, passphrase FROM staff WHERE id = ?", (rows[0]["staff"],))
            return _staff(found)

    def add_session(self, token: Sha256, staff: StaffId, at: datetime, ends: datetime) -> None:
        """Keep a browser signed in until ``ends``; those that ended are cleared away."""
        with self.database.transaction() as tx:
            tx.execute("DELETE FROM session WHERE ends < ?", (rfc3339(at),))
            tx.execute(
                "INSERT INTO session (token_sha256, staff, at, ends) VALUES (?, ?, ?, ?)",
                (token, staff, rfc3339(at), rfc3339(ends)),
            )

    def session(self, token: Sha256, now: datetime) -> Staff | None:
        """Whose session that is; None if nobody's, or over."""
        rows = self.database.query(
            "SELECT staff.id, role, passphrase FROM session JOIN staff ON staff.id = session.staff"
            " WHERE token_sha256 = ? AND ends >= ?",
            (token, rfc3339(now)),
        )
        return _staff(rows[0]) if rows else None

    def end_session(self, token: Sha256) -> None:
        """Sign that browser out, whatever the clock will say; again is no fault."""
        with self.database.transaction() as tx:
            tx.execute("UPDATE session SET ends = '' WHERE token_sha256 = ?", (token,))


def _staff(row: Row) -> Staff:
    return Staff(StaffId(row["id"]), Role(row["role"]), row["passphrase"])
