"""SQL of clips' captions in ``capture.db``: which clip has any, and the file beside each of its cuts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from appliance.ids import ClipId
from appliance.model.capture import Captions, Clip, ClipFile
from appliance.store.clip_inserts import insert_file, send_cut
from appliance.store.database import Database, Durability, Transaction
from appliance.store.outbox import Outbox, rfc3339


class CaptionRows:
    """The owner's side: only the capture's own process. Each act is one transaction."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """Of ``capture.db``."""
        self._database = database
        self._outbox = outbox

    def give(self, clip: Clip, captions: Captions, files: Sequence[ClipFile], at: datetime) -> None:
        """Say that ``files``, already flushed, are its captions now, in place of others it had.

        Of a clip that may leave the box they go up.
        """
        with self._database.transaction(Durability.FULL) as tx:
            _forget(tx, clip)
            tx.execute(
                "INSERT INTO clip_captions (clip, language, cues, whole_item, at) VALUES (?, ?, ?, ?, ?)",
                (clip.id, captions.language, captions.cues, captions.whole_item, rfc3339(at)),
            )
            self._add(tx, clip, files)
            self._outbox.fact(
                tx, "captions_given", clip.event, clip=clip.id, item=clip.item, language=captions.language,
                cues=captions.cues, files=[{"name": file.name, "sha256": file.sha256} for file in files],
            )  # fmt: skip

    def behind(self) -> list[ClipId]:
        """Clips with captions that have a cut without."""
        rows = self._database.query(
            "SELECT DISTINCT film.clip FROM clip_captions captions"
            " JOIN clip_file film ON film.clip = captions.clip AND film.kind = 'mp4'"
            " LEFT JOIN clip_file words ON words.clip = film.clip AND words.cut = film.cut"
            " AND words.kind = 'vtt' WHERE words.clip IS NULL"
        )
        return [ClipId(row["clip"]) for row in rows]

    def add(self, clip: Clip, files: Sequence[ClipFile]) -> None:
        """Say the same of cuts that were made since."""
        with self._database.transaction(Durability.FULL) as tx:
            self._add(tx, clip, files)

    def take_away(self, clip: Clip, blank: Sequence[ClipFile]) -> None:
        """It has none any more; ``blank``: files that say so in the bucket, where a box can not delete."""
        with self._database.transaction(Durability.FULL) as tx:
            _forget(tx, clip)
            self._add(tx, clip, blank)
            self._outbox.fact(tx, "captions_removed", clip.event, clip=clip.id, item=clip.item)

    def _add(self, tx: Transaction, clip: Clip, files: Sequence[ClipFile]) -> None:
        for file in files:
            insert_file(tx, clip.id, file)
            if clip.approved_at is not None:
                send_cut(tx, self._outbox, replace(clip, files=(file,)), file.cut)


def _forget(tx: Transaction, clip: Clip) -> None:
    tx.execute("DELETE FROM clip_captions WHERE clip = ?", (clip.id,))
    tx.execute("DELETE FROM clip_file WHERE clip = ? AND kind = 'vtt'", (clip.id,))
