"""How a moment, its clip and its files enter ``capture.db``, and go up, within somebody's transaction."""

from __future__ import annotations

from datetime import datetime

from appliance.ids import ClipId
from appliance.model.capture import Clip, ClipFile, Moment, NewClip
from appliance.model.stored_part import PART_BYTES
from appliance.store.database import Transaction
from appliance.store.outbox import Outbox, rfc3339


def insert_moment(tx: Transaction, moment: Moment) -> None:
    """One more moment."""
    tx.execute(
        "INSERT INTO moment (id, clip, run, event, show, item, marked_by, at, position_ms,"
        " pre_roll_ms, post_roll_ms, reason, score) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(moment.id, moment.clip, moment.run, moment.event, moment.show, moment.item, moment.by),
            *(rfc3339(moment.at), moment.position_ms, moment.pre_roll_ms, moment.post_roll_ms),
            *(moment.reason, moment.score),
        ),
    )


def insert_clip(tx: Transaction, made: NewClip, at: datetime) -> bool:
    """The clip of a moment, with its files; False if it was there."""
    added = tx.execute(
        "INSERT INTO clip (id, made_at, duration_ms, moment_ms, width, height, faces)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        (
            *(made.clip, rfc3339(at), made.duration_ms, made.moment_ms),
            *(made.width, made.height, made.faces),
        ),
    )
    for file in made.files if added else ():
        insert_file(tx, made.clip, file)
    return bool(added)


def insert_file(tx: Transaction, clip: ClipId, file: ClipFile) -> None:
    """One more file of a clip."""
    tx.execute(
        "INSERT INTO clip_file (clip, cut, kind, name, size_bytes, sha256, parts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (clip, file.cut, file.kind, file.name, file.size_bytes, file.sha256, " ".join(file.parts)),
    )


def send_cut(tx: Transaction, outbox: Outbox, clip: Clip, cut: str) -> None:
    """Let the files of ``clip`` that are of ``cut`` go up."""
    files = [
        {
            "kind": file.kind,
            "name": file.name,
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
            "part_bytes": PART_BYTES,
            "parts": file.parts,
        }
        for file in clip.files
        if file.cut == cut
    ]
    outbox.clip(tx, "clip", clip.event, clip=clip.id, cut=cut, item=clip.item, files=files)
