"""From outbox rows to the objects they will stand in: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date

from appliance.paths import Service
from appliance.store.outbox import Lane, OutboxMessage
from appliance.store.sync_rows import Part, Plan
from appliance.sync.clip_message import ClipPart, decode_clip

Group = tuple[str, date]

UNREADABLE = ClipPart(name="", sha256="")
"""Stands for the files of a clip whose row can not be read: a dead letter."""


def group_of(message: OutboxMessage) -> Group:
    """Event and UTC day: the two partitions that a row decides."""
    return message.event, message.at.astimezone(UTC).date()


def plans_for(lane: Lane, waiting: Mapping[Service, Sequence[OutboxMessage]]) -> list[Plan]:
    """Plan every waiting row exactly once: rows by event, day and owner, clips by file.

    No object mixes owners, so that a file that is damaged later keeps back its own rows only.
    """
    if lane is Lane.CLIPS:
        return [plan for owner in sorted(waiting) for row in waiting[owner] for plan in _clip(owner, row)]
    groups: dict[tuple[date, str, Service], list[int]] = {}
    for owner in sorted(waiting):
        for row in waiting[owner]:
            event, day = group_of(row)
            groups.setdefault((day, event, owner), []).append(row.seq)
    return [
        Plan(lane, event, day, len(seqs), (Part(owner, seqs[0], seqs[-1]),))
        for (day, event, owner), seqs in sorted(groups.items())
    ]


def _clip(owner: Service, row: OutboxMessage) -> list[Plan]:
    """The film and its picture first, its description last: where that is, the clip is whole."""
    event, day = group_of(row)
    part = (Part(owner, row.seq, row.seq),)
    *before, last = decode_clip(row.body) or (UNREADABLE,)
    return [
        *(Plan(row.lane, event, day, 0, part, file.name, file.sha256) for file in before),
        Plan(row.lane, event, day, 1, part, last.name, last.sha256),
    ]
