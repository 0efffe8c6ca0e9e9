"""Rows of ``capture.db`` as what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from appliance.ids import ClipId, EventId, ItemId, MomentId, Sha256, ShowId
from appliance.model.capture import (
    Captions,
    Clip,
    ClipFile,
    ClipState,
    Faces,
    Moment,
    Run,
    RunId,
    StopReason,
)
from appliance.model.removal import Asked
from appliance.store.database import Row


def run_of(row: Row) -> Run:
    """A stretch of filming."""
    return Run(
        RunId(row["id"]),
        EventId(row["event"]),
        ShowId(row["show"]),
        ItemId(row["item"]),
        row["camera"],
        row["position_ms"],
        datetime.fromisoformat(row["began_at"]),
        datetime.fromisoformat(row["seen_at"]),
        None if row["ended_at"] is None else datetime.fromisoformat(row["ended_at"]),
        None if row["why"] is None else StopReason(row["why"]),
        tuple(row["indicators"].split(" + ")),
    )


def moment_of(row: Row) -> Moment:
    """A moment."""
    return Moment(
        id=MomentId(row["id"]),
        clip=ClipId(row["clip"]),
        run=RunId(row["run"]),
        event=EventId(row["event"]),
        show=ShowId(row["show"]),
        item=ItemId(row["item"]),
        by=row["marked_by"],
        at=datetime.fromisoformat(row["at"]),
        position_ms=row["position_ms"],
        pre_roll_ms=row["pre_roll_ms"],
        post_roll_ms=row["post_roll_ms"],
        reason=row["reason"],
        score=row["score"],
    )


def file_of(row: Row) -> ClipFile:
    """One file of a clip."""
    parts = tuple(Sha256(part) for part in row["parts"].split())
    return ClipFile(row["cut"], row["kind"], row["name"], row["size_bytes"], Sha256(row["sha256"]), parts)


def clip_of(row: Row, files: Sequence[ClipFile], asked: tuple[Asked, ...]) -> Clip:
    """A clip with its ``files``; ``asked``: who waits for an answer at it."""
    return Clip(
        id=ClipId(row["clip"]),
        moment=MomentId(row["moment_id"]),
        event=EventId(row["event"]),
        item=ItemId(row["item"]),
        state=state_of(row, asked),
        by=row["marked_by"],
        at=datetime.fromisoformat(row["at"]),
        position_ms=row["position_ms"],
        reason=row["reason"],
        score=row["score"],
        duration_ms=row["duration_ms"] or 0,
        moment_ms=row["moment_ms"] or 0,
        width=row["width"] or 0,
        height=row["height"] or 0,
        files=tuple(files),
        why=row["failed"] or "",
        approved_at=None if row["approved_at"] is None else datetime.fromisoformat(row["approved_at"]),
        faces=Faces(row["faces"] or Faces.AS_FILMED),
        asked=asked,
        captions=_captions_of(row),
    )


def _captions_of(row: Row) -> Captions | None:
    if row["captions_cues"] is None:
        return None
    return Captions(row["captions_language"], row["captions_cues"], bool(row["captions_whole_item"]))


def state_of(row: Row, asked: tuple[Asked, ...]) -> ClipState:
    """How far a clip is."""
    if row["withdrawn_at"] is not None:
        return ClipState.WITHDRAWN
    if row["made"] is not None and asked:
        return ClipState.HELD
    if row["approved_at"] is not None:
        return ClipState.APPROVED
    if row["made"] is not None:
        return ClipState.MADE
    return ClipState.WAITING if row["failed"] is None else ClipState.FAILED
