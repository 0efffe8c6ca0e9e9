"""All SQL of ``audience.db``: attendees, what they agreed to, what they reserved."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from appliance.ids import AttendeeId, ClaimId, DropId, EventId, ReceiptId, Sha256
from appliance.paths import Paths, Service
from appliance.store.database import Database, Row, Transaction
from appliance.store.outbox import rfc3339


@dataclass(frozen=True, slots=True)
class WordingRow:
    """Words as they were shown."""

    sha256: Sha256
    version: int
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class AttendeeRow:
    """One attendee, known by nothing but an id."""

    id: AttendeeId
    event: EventId
    at: datetime


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A consent receipt with the words that were agreed to."""

    id: ReceiptId
    attendee: AttendeeId
    wording: WordingRow
    at: datetime
    purposes: tuple[str, ...]
    """Purposes with a yes, in alphabetical order."""
    act: str = "agreed"
    """``agreed``, ``withdrew`` or ``erased``."""


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One unit reserved."""

    id: ClaimId
    drop: DropId
    attendee: AttendeeId
    nonce: str
    at: datetime
    variant: str = ""
    released: bool = False
    """Given back."""


@dataclass(frozen=True, slots=True)
class AudienceCounts:
    """What everybody may know of an event's audience."""

    signed_up: int
    purposes: Mapping[str, int]
    """Attendees whose newest receipt says yes, by purpose."""
    claims: Mapping[DropId, int]
    """Units reserved, by drop; a drop without any is absent."""


class AudienceRows:
    """Rows of the audience. Only the portal's own process may call what writes (takes a ``Transaction``)."""

    def __init__(self, database: Database) -> None:
        """Use ``owner`` or ``reader``."""
        self.database = database

    @classmethod
    def owner(cls, paths: Paths) -> AudienceRows:
        """Open for writing: the portal's process only."""
        return cls(Database.open_owner(paths.database(Service.PORTAL), Service.PORTAL))

    @classmethod
    def reader(cls, paths: Paths) -> AudienceRows:
        """Open for reading; ``store.missing`` before the portal has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.PORTAL)))

    def archive_wording(self, tx: Transaction, wording: WordingRow) -> None:
        """Keep the words for ever; the same words again change nothing."""
        tx.execute(
            "INSERT OR IGNORE INTO wording (sha256, version, language, text) VALUES (?, ?, ?, ?)",
            (wording.sha256, wording.version, wording.language, wording.text),
        )

    def add_attendee(self, tx: Transaction, attendee: AttendeeRow, capability_sha256: Sha256) -> bool:
        """Add an attendee; False, and nothing changed, if they are here already."""
        changed = tx.execute(
            "INSERT INTO attendee (id, event, capability_sha256, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            (attendee.id, attendee.event, capability_sha256, rfc3339(attendee.at)),
        )
        return changed > 0

    def add_receipt(self, tx: Transaction, receipt: ReceiptRow) -> None:
        """Add a receipt; its wording must be archived."""
        tx.execute(
            "INSERT INTO consent_receipt (id, attendee, wording, at, act) VALUES (?, ?, ?, ?, ?)",
            (receipt.id, receipt.attendee, receipt.wording.sha256, rfc3339(receipt.at), receipt.act),
        )
        for purpose in receipt.purposes:
            tx.execute("INSERT INTO consent_given (receipt, purpose) VALUES (?, ?)", (receipt.id, purpose))

    def attendee(self, capability_sha256: Sha256) -> AttendeeRow | None:
        """Whose capability that is; None if nobody's."""
        rows = self.database.query(
            "SELECT id, event, at FROM attendee WHERE capability_sha256 = ?", (capability_sha256,)
        )
        if not rows:
            return None
        (row,) = rows
        return AttendeeRow(AttendeeId(row["id"]), EventId(row["event"]), datetime.fromisoformat(row["at"]))

    def attendee_ids(self, event: EventId) -> list[AttendeeId]:
        """Everybody who signed up here for ``event``."""
        rows = self.database.query("SELECT id FROM attendee WHERE event = ?", (event,))
        return [AttendeeId(row["id"]) for row in rows]

    def receipt(self, attendee: AttendeeId) -> ReceiptRow | None:
        """The newest receipt of ``attendee``."""
        return _newest_receipt(self.database.query, attendee)

    def receipt_within(self, tx: Transaction, attendee: AttendeeId) -> ReceiptRow | None:
        """The newest receipt of ``attendee``, as the open transaction sees it."""
        return _newest_receipt(tx.query, attendee)

    def add_claim(self, tx: Transaction, event: EventId, claim: ClaimRow) -> None:
        """Reserve one unit."""
        tx.execute(
            "INSERT INTO claim (id, event, drop_id, variant, attendee, nonce, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (claim.id, event, claim.drop, claim.variant, claim.attendee, claim.nonce, rfc3339(claim.at)),
        )

    def claims(self, attendee: AttendeeId) -> tuple[ClaimRow, ...]:
        """What ``attendee`` holds, oldest first."""
        rows = self.database.query(
            "SELECT * FROM claim WHERE attendee = ? AND released IS NULL ORDER BY at, id", (attendee,)
        )
        return tuple(
            ClaimRow(
                ClaimId(row["id"]),
                DropId(row["drop_id"]),
                attendee,
                row["nonce"],
                datetime.fromisoformat(row["at"]),
                row["variant"],
            )
            for row in rows
        )

    def taken(self, event: EventId) -> Mapping[DropId, int]:
        """Units reserved, by drop; a drop without any is absent."""
        rows = self.database.query(
            "SELECT drop_id, count(*) AS units FROM claim WHERE event = ? AND released IS NULL"
            " GROUP BY drop_id",
            (event,),
        )
        return {DropId(row["drop_id"]): int(row["units"]) for row in rows}

    def counts(self, event: EventId) -> AudienceCounts:
        """How many, never who."""
        ((signed_up,),) = self.database.query("SELECT count(*) FROM attendee WHERE event = ?", (event,))
        purposes = self.database.query(
            "SELECT g.purpose, count(*) AS people FROM attendee a"
            " JOIN consent_receipt r ON r.seq = (SELECT max(seq) FROM consent_receipt WHERE attendee = a.id)"
            " JOIN consent_given g ON g.receipt = r.id WHERE a.event = ? GROUP BY g.purpose",
            (event,),
        )
        return AudienceCounts(
            int(signed_up), {row["purpose"]: int(row["people"]) for row in purposes}, self.taken(event)
        )


def _newest_receipt(
    query: Callable[[str, tuple[str, ...]], list[Row]], attendee: AttendeeId
) -> ReceiptRow | None:
    rows = query(
        "SELECT r.id, r.at, r.act, w.sha256, w.version, w.language, w.text FROM consent_receipt r"
        " JOIN wording w ON w.sha256 = r.wording WHERE r.attendee = ? ORDER BY r.seq DESC LIMIT 1",
        (attendee,),
    )
    if not rows:
        return None
    (row,) = rows
    given = query("SELECT purpose FROM consent_given WHERE receipt = ? ORDER BY purpose", (row["id"],))
    wording = WordingRow(Sha256(row["sha256"]), row["version"], row["language"], row["text"])
    at = datetime.fromisoformat(row["at"])
    agreed = tuple(yes["purpose"] for yes in given)
    return ReceiptRow(ReceiptId(row["id"]), attendee, wording, at, agreed, row["act"])
