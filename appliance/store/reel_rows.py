"""SQL of evenings' reels in ``capture.db``: clips that are made of other clips."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.ids import ClipId, EventId
from appliance.model.capture import REEL, Moment, NewClip
from appliance.store.clip_inserts import insert_clip, insert_moment
from appliance.store.database import Database, Durability
from appliance.store.outbox import Outbox


def reels_with(database: Database, part: ClipId) -> list[ClipId]:
    """Reels that show ``part`` and were not taken down."""
    rows = database.query(
        "SELECT reel FROM reel_part JOIN clip ON clip.id = reel_part.reel"
        " WHERE part = ? AND withdrawn_at IS NULL ORDER BY reel",
        (part,),
    )
    return [ClipId(row["reel"]) for row in rows]


class ReelRows:
    """The owner's side: only the capture's own process."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """Of ``capture.db``."""
        self._database = database
        self._outbox = outbox

    def made(self, moment: Moment, made: NewClip, parts: Sequence[ClipId], at: datetime) -> None:
        """Save a reel whose files, already flushed, are there."""
        with self._database.transaction(Durability.FULL) as tx:
            insert_moment(tx, moment)
            insert_clip(tx, made, at)
            for part in dict.fromkeys(parts):
                tx.execute("INSERT INTO reel_part (reel, part) VALUES (?, ?)", (made.clip, part))
            self._outbox.fact(
                tx,
                "reel_made",
                moment.event,
                clip=made.clip,
                parts=len(parts),
                duration_ms=made.duration_ms,
            )

    def has_one(self, event: EventId) -> bool:
        """Whether a reel of that evening was ever made."""
        return bool(
            self._database.query(
                "SELECT 1 FROM moment WHERE event = ? AND marked_by = ? LIMIT 1", (event, REEL)
            )
        )
