"""All SQL of listening during films, in ``capture.db``: stretches of it, and what the room did."""

from __future__ import annotations

from datetime import datetime

from appliance.ids import EventId, ItemId, ShowId
from appliance.model.capture import StopReason
from appliance.model.listening import HouseReaction, Stretch, StretchId
from appliance.store.database import Database, Durability, Row, Transaction
from appliance.store.outbox import Outbox, rfc3339


class ListeningReader:
    """What everybody may read."""

    def __init__(self, database: Database) -> None:
        """Of ``capture.db``."""
        self.database = database

    def stretches(self, event: EventId) -> list[Stretch]:
        """Every stretch of ``event``, the oldest first."""
        rows = self.database.query("SELECT * FROM listening WHERE event = ? ORDER BY id", (event,))
        return [_stretch(row) for row in rows]

    def open(self) -> list[Stretch]:
        """What is listened to now; after a start: what a dead process left open."""
        return [
            _stretch(row) for row in self.database.query("SELECT * FROM listening WHERE ended_at IS NULL")
        ]

    def reactions(self, most: int = 1000) -> list[HouseReaction]:
        """What the room did, the newest first; no more than ``most``."""
        rows = self.database.query("SELECT * FROM reaction ORDER BY id DESC LIMIT ?", (most,))
        return [_reaction(row) for row in rows]

    def reactions_of(self, event: EventId) -> list[HouseReaction]:
        """What the room did in ``event``, in the order it happened."""
        rows = self.database.query("SELECT * FROM reaction WHERE event = ? ORDER BY id", (event,))
        return [_reaction(row) for row in rows]


class ListeningRows(ListeningReader):
    """The owner's side: only the capture's own process. Each act is one transaction with its fact."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """``database``: the owner's, as ``CaptureRows`` has it."""
        super().__init__(database)
        self._outbox = outbox

    def began(self, one: Stretch) -> None:
        """Note that the room is listened to from now on."""
        with self.database.transaction(Durability.FULL) as tx:
            tx.execute(
                "INSERT INTO listening (id, event, show, item, microphone, position_ms, began_at, seen_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(one.id, one.event, one.show, one.item, one.microphone, one.position_ms),
                    *(rfc3339(one.began_at), rfc3339(one.seen_at)),
                ),
            )
            self._outbox.fact(
                tx,
                "listening_started",
                one.event,
                listening=one.id,
                show=one.show,
                item=one.item,
                microphone=one.microphone,
                position_ms=one.position_ms,
                **{"from": rfc3339(one.began_at)},
            )

    def seen(self, stretch: StretchId, seen_at: datetime) -> None:
        """Note how far listening was allowed; may be lost by a second in a power cut."""
        with self.database.transaction(Durability.NORMAL) as tx:
            tx.execute("UPDATE listening SET seen_at = ? WHERE id = ?", (rfc3339(seen_at), stretch))

    def ended(self, one: Stretch, ended_at: datetime, why: StopReason) -> None:
        """Note that nothing after ``ended_at`` was listened to."""
        with self.database.transaction(Durability.FULL) as tx:
            self._end(tx, one, ended_at, why)

    def end_open(self) -> None:
        """End what a dead process left open at the last second it noted."""
        with self.database.transaction(Durability.FULL) as tx:
            for one in self.open():
                self._end(tx, one, one.seen_at, StopReason.RESTARTED)

    def heard(self, one: HouseReaction, stretch: Stretch) -> None:
        """Save what the room did; when this returns it survives a power cut."""
        with self.database.transaction(Durability.FULL) as tx:
            tx.execute(
                "INSERT INTO reaction"
                " (id, listening, event, item, sound, position_ms, lasted_ms, score, words)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(one.id, stretch.id, one.event, one.item, one.sound),
                    *(one.position_ms, one.lasted_ms, one.score, one.words),
                ),
            )
            self._outbox.fact(
                tx,
                "room_reacted",
                one.event,
                listening=stretch.id,
                show=stretch.show,
                item=one.item,
                sound=one.sound,
                position_ms=one.position_ms,
                lasted_ms=one.lasted_ms,
                score=one.score,
            )

    def _end(self, tx: Transaction, one: Stretch, ended_at: datetime, why: StopReason) -> None:
        changed = tx.execute(
            "UPDATE listening SET ended_at = ?, seen_at = ?, why = ? WHERE id = ? AND ended_at IS NULL",
            (rfc3339(ended_at), rfc3339(ended_at), why.value, one.id),
        )
        if changed:
            self._outbox.fact(
                tx,
                "listening_stopped",
                one.event,
                listening=one.id,
                show=one.show,
                item=one.item,
                why=why.value,
                to=rfc3339(ended_at),
            )


def _stretch(row: Row) -> Stretch:
    return Stretch(
        id=StretchId(row["id"]),
        event=EventId(row["event"]),
        show=ShowId(row["show"]),
        item=ItemId(row["item"]),
        microphone=row["microphone"],
        position_ms=row["position_ms"],
        began_at=datetime.fromisoformat(row["began_at"]),
        seen_at=datetime.fromisoformat(row["seen_at"]),
        ended_at=datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None,
        why=StopReason(row["why"]) if row["why"] else None,
    )


def _reaction(row: Row) -> HouseReaction:
    return HouseReaction(
        id=row["id"],
        event=EventId(row["event"]),
        item=ItemId(row["item"]),
        sound=row["sound"],
        position_ms=row["position_ms"],
        lasted_ms=row["lasted_ms"],
        score=row["score"],
        words=row["words"],
    )
