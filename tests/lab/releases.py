"""Rows of capture.db that say that a clip may leave the box."""

from __future__ import annotations

from appliance.store.database import Transaction

_AT = "2026-11-27T21:00:00.000Z"


def release(tx: Transaction, clip: str, event: str) -> None:
    """``clip`` was made and approved."""
    tx.execute(
        "INSERT OR IGNORE INTO run (id, event, show, item, camera, position_ms, began_at, seen_at)"
        " VALUES ('run', ?, 'show', 'qa', 'cam', 0, ?, ?)",
        (event, _AT, _AT),
    )
    tx.execute(
        "INSERT INTO moment (id, clip, run, event, show, item, marked_by, at, position_ms, pre_roll_ms,"
        " post_roll_ms, reason) VALUES (?, ?, 'run', ?, 'show', 'qa', 'operator', ?, 0, 0, 0, 'by hand')",
        (f"moment-{clip}", clip, event, _AT),
    )
    tx.execute(
        "INSERT INTO clip (id, made_at, duration_ms, moment_ms, width, height, approved_at)"
        " VALUES (?, ?, 1000, 500, 640, 360, ?)",
        (clip, _AT, _AT),
    )
