"""SQL of people who asked not to be shown, and of clips that were taken down, in ``capture.db``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from appliance.errors import MatineeError
from appliance.ids import ClipId, EventId
from appliance.model.capture import Clip, ClipFile
from appliance.model.removal import Asked, Release, Removal, RemovalAnswer, RemovalId
from appliance.store.database import Database, Durability, Row, Transaction
from appliance.store.outbox import Outbox, rfc3339


def waiting_at(database: Database) -> dict[str, tuple[Asked, ...]]:
    """Who waits for an answer, by clip, the first one first."""
    found: dict[str, tuple[Asked, ...]] = {}
    for row in database.query("SELECT * FROM clip_removal ORDER BY removal"):
        asked = Asked(RemovalId(row["removal"]), row["words"], datetime.fromisoformat(row["asked_at"]))
        found[row["clip"]] = (*found.get(row["clip"], ()), asked)
    return found


def release_of(database: Database, clip: str, file: str = "") -> Release:
    """Whether that clip, or ``file`` of it, may be seen by others; one that nobody knows is held.

    Captions that others took the place of meanwhile are withdrawn.
    """
    if file.endswith(".vtt") and not database.query("SELECT 1 FROM clip_file WHERE name = ?", (file,)):
        return Release.WITHDRAWN
    rows = database.query("SELECT release FROM clip_release WHERE clip = ?", (clip,))
    return Release(rows[0]["release"]) if rows else Release.HELD


def asked_by(database: Database, event: EventId, asker: str) -> list[Removal]:
    """What ``asker`` asked that evening and did not take back, the newest first."""
    return [
        _removal(row)
        for row in database.query(
            "SELECT * FROM removal WHERE event = ? AND asker = ? AND taken_back_at IS NULL ORDER BY id DESC",
            (event, asker),
        )
    ]


class RemovalRows:
    """The owner's side: only the capture's own process. Each act is one transaction with its facts."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """Of ``capture.db``."""
        self._database = database
        self._outbox = outbox

    def ask(self, removal: Removal) -> Removal:
        """Save it; when this returns nobody but the crew sees those clips. Again returns the first one."""
        with self._database.transaction(Durability.FULL) as tx:
            rows = tx.query(
                "SELECT * FROM removal WHERE event = ? AND asker = ? AND clip IS ? AND taken_back_at IS NULL",
                (removal.event, removal.asker, removal.clip),
            )
            if rows:
                tx.execute("UPDATE removal SET words = ? WHERE id = ?", (removal.words, rows[0]["id"]))
                return _removal(rows[0])
            tx.execute(
                "INSERT INTO removal (id, event, clip, asker, words, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(removal.id, removal.event, removal.clip, removal.asker, removal.words),
                    rfc3339(removal.asked_at),
                ),
            )
            self._outbox.fact(tx, "removal_asked", removal.event, removal=removal.id, clip=removal.clip)
        return removal

    def take_back(self, removal: RemovalId, asker: str, at: datetime) -> None:
        """Whoever asked does not mind any more; ``capture.no_removal`` if it is not theirs."""
        with self._database.transaction(Durability.FULL) as tx:
            row = _known(tx, removal)
            if row["asker"] != asker:
                raise MatineeError("capture.no_removal")
            if row["taken_back_at"] is None:
                tx.execute("UPDATE removal SET taken_back_at = ? WHERE id = ?", (rfc3339(at), removal))
                self._outbox.fact(tx, "removal_taken_back", row["event"], removal=removal)

    def not_in_it(self, removal: RemovalId, clip: Clip, at: datetime) -> None:
        """The crew looked: whoever asked is not in that clip. Again does nothing."""
        with self._database.transaction(Durability.FULL) as tx:
            row = _known(tx, removal)
            self._answer(tx, removal, clip, RemovalAnswer.NOT_IN_IT, at)
            if row["clip"] == clip.id:  # nor are they in a reel that has this clip
                reels = tx.query("SELECT reel FROM reel_part WHERE part = ?", (clip.id,))
                for reel in reels:
                    same = replace(clip, id=ClipId(reel["reel"]))
                    self._answer(tx, removal, same, RemovalAnswer.NOT_IN_IT, at)

    def withdraw(self, clip: Clip, at: datetime, notice: ClipFile | None) -> bool:
        """Take ``clip`` down for good, for all who wait at it; False if it was already.

        ``notice``: the file that tells the bucket so; None for a clip that nobody ever approved.
        """
        with self._database.transaction(Durability.FULL) as tx:
            changed = tx.execute(
                "UPDATE clip SET withdrawn_at = ? WHERE id = ? AND withdrawn_at IS NULL",
                (rfc3339(at), clip.id),
            )
            if not changed:
                return False
            for asked in tx.query("SELECT removal FROM clip_removal WHERE clip = ?", (clip.id,)):
                self._answer(tx, RemovalId(asked["removal"]), clip, RemovalAnswer.TAKEN_DOWN, at)
            tx.execute("DELETE FROM clip_file WHERE clip = ?", (clip.id,))
            tx.execute("DELETE FROM clip_captions WHERE clip = ?", (clip.id,))
            kind = "clip_refused" if notice is None else "clip_withdrawn"
            self._outbox.fact(tx, kind, clip.event, clip=clip.id, moment=clip.moment, item=clip.item)
            if notice is not None:
                self._send(tx, clip, notice)
        return True

    def withdrawn(self) -> list[ClipId]:
        """Every clip that was taken down."""
        rows = self._database.query("SELECT id FROM clip WHERE withdrawn_at IS NOT NULL")
        return [ClipId(row["id"]) for row in rows]

    def _answer(
        self, tx: Transaction, removal: RemovalId, clip: Clip, answer: RemovalAnswer, at: datetime
    ) -> None:
        added = tx.execute(
            "INSERT INTO removal_answer (removal, clip, answer, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (removal, clip) DO NOTHING",
            (removal, clip.id, answer, rfc3339(at)),
        )
        if added:
            self._outbox.fact(
                tx, "removal_answered", clip.event, removal=removal, clip=clip.id, answer=answer.value
            )

    def _send(self, tx: Transaction, clip: Clip, notice: ClipFile) -> None:
        files: Sequence[dict[str, str | int]] = (
            {
                "kind": notice.kind,
                "name": notice.name,
                "size_bytes": notice.size_bytes,
                "sha256": notice.sha256,
            },
        )
        self._outbox.clip(
            tx, "clip_withdrawn", clip.event, clip=clip.id, cut=notice.cut, item=clip.item, files=files
        )


def _known(tx: Transaction, removal: RemovalId) -> Row:
    rows = tx.query("SELECT * FROM removal WHERE id = ?", (removal,))
    if not rows:
        raise MatineeError("capture.no_removal")
    return rows[0]


def _removal(row: Row) -> Removal:
    return Removal(
        RemovalId(row["id"]),
        EventId(row["event"]),
        None if row["clip"] is None else ClipId(row["clip"]),
        row["asker"],
        row["words"],
        datetime.fromisoformat(row["asked_at"]),
    )
