"""The outbox: what the organiser's cloud is to be told, written in the transaction that makes it true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec

from appliance.clock import Clock
from appliance.ids import BoxId, new_id
from appliance.store.database import Database, Transaction

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class Lane(StrEnum):
    """People and facts go up before clips."""

    PEOPLE = "people"
    FACTS = "facts"
    CLIPS = "clips"


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One row as sync reads it; ``body`` is the JSON object that goes up."""

    seq: int
    id: str
    lane: Lane
    kind: str
    event: str
    at: datetime
    body: str


class Outbox:
    """Writes facts and people's rows for one box. Holds no state but who and when."""

    def __init__(self, box: BoxId, clock: Clock) -> None:
        """``box`` stands in every fact."""
        self._box = box
        self._clock = clock
        self._boot = boot_id()

    def fact(self, tx: Transaction, kind: str, event: str, **fields: Any) -> str:  # noqa: ANN401 JSON values
        """Add one fact (CONTRACT.md, "The bucket"); return its id. No name, address, MAC or IP is a fact."""
        return self._add(
            tx,
            Lane.FACTS,
            kind,
            event,
            {
                "box": self._box,
                "clock": self._clock.trust,
                "boot": self._boot,
                "mono_ms": round(self._clock.monotonic() * 1000),
                **fields,
            },
        )

    def person(self, tx: Transaction, kind: str, event: str, receipt: str, sealed: str) -> str:
        """Add one sealed person row; return its id."""
        return self._add(tx, Lane.PEOPLE, kind, event, {"receipt": receipt, "sealed": sealed})

    def clip(self, tx: Transaction, kind: str, event: str, **fields: Any) -> str:  # noqa: ANN401 JSON values
        """Add one clip that may leave the box; return the row's id."""
        return self._add(tx, Lane.CLIPS, kind, event, {"box": self._box, **fields})

    def _add(self, tx: Transaction, lane: Lane, kind: str, event: str, fields: dict[str, Any]) -> str:
        row_id = new_id()
        at = rfc3339(self._clock.now())
        head = {"id": row_id, "kind": kind, "event": event, "at": at}
        if lane is Lane.PEOPLE:
            del head["event"]  # the object's own path says it
        body = msgspec.json.encode({**head, **fields}).decode()
        tx.execute(
            "INSERT INTO outbox (id, lane, kind, event, at, body) VALUES (?, ?, ?, ?, ?, ?)",
            (row_id, lane, kind, event, at, body),
        )
        return row_id


def messages_after(database: Database, lane: Lane, seq: int, limit: int = 1000) -> list[OutboxMessage]:
    """Rows of ``lane`` behind the cursor ``seq``, oldest first, but for those that were shredded since."""
    rows = database.query(
        "SELECT seq, id, lane, kind, event, at, body FROM outbox"
        " WHERE lane = ? AND seq > ? AND body <> '{}' ORDER BY seq LIMIT ?",
        (lane, seq, limit),
    )
    return [
        OutboxMessage(
            row["seq"],
            row["id"],
            Lane(row["lane"]),
            row["kind"],
            row["event"],
            datetime.fromisoformat(row["at"]),
            row["body"],
        )
        for row in rows
    ]


def newest_message(database: Database, lane: Lane) -> OutboxMessage | None:
    """The last row of ``lane``; None if there is none yet."""
    (row,) = database.query("SELECT coalesce(max(seq), 0) AS seq FROM outbox WHERE lane = ?", (lane,))
    return next(iter(messages_after(database, lane, row["seq"] - 1, 1)), None)


def newest_of_kind(database: Database, kind: str) -> datetime | None:
    """When the last row of ``kind`` was written; None if there is none."""
    ((last,),) = database.query("SELECT max(at) FROM outbox WHERE kind = ?", (kind,))
    return None if last is None else datetime.fromisoformat(last)


def rfc3339(moment: datetime) -> str:
    """``2026-11-27T18:00:00.000Z``."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def boot_id() -> str:
    """The kernel's id of this boot."""
    return _BOOT_ID.read_text("ascii").strip()
