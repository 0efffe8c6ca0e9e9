"""Counting with DuckDB, straight from the compressed NDJSON. It may load nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Self

import duckdb

from appliance.audience.double_use import Entry, Settled, settle
from appliance.bucket.ndjson import is_sound
from provisioning.cloud.figures import EventFigures, Figures
from provisioning.cloud.objects import RowsFile
from provisioning.cloud.sales_counted import SALES, WISHES, sales_of, wishes_of

_BATCH = 500

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}

_READ = """
    INSERT INTO line SELECT filename, json FROM read_json_objects(
        ?, format = 'newline_delimited', compression = 'gzip', filename = true, ignore_errors = true)
"""

_FACTS = """
    CREATE TABLE fact AS
    SELECT DISTINCT ON (id) json,
        json ->> '$.id' AS id, json ->> '$.kind' AS kind, object.event, object.box,
        TRY_CAST(json ->> '$.at' AS TIMESTAMP) AS happened, json ->> '$.drop' AS drop_id,
        coalesce(json ->> '$.claim', id) AS claim, json ->> '$.check_in' AS check_in,
        json ->> '$.act' AS act, json ->> '$.subject' AS subject, json ->> '$.clock' AS clock,
        coalesce(TRY_CAST(json ->> '$.people' AS INTEGER), 1) AS people,
        coalesce(TRY_CAST(json ->> '$.stamps' AS INTEGER), 0) AS stamps
    FROM line JOIN object USING (path)
    WHERE json_type(json) = 'OBJECT' AND json_type(json, '$.id') = 'VARCHAR'
    ORDER BY id, CASE WHEN object.box = '' THEN json ->> '$.imported' END DESC NULLS LAST, path
"""

_EVENTS = """
    SELECT event, coalesce(list_sort(list(DISTINCT box) FILTER (box <> '')), []),
        count(*) FILTER (kind = 'signed_up'),
        count(*) FILTER (kind = 'clip_made'), count(*) FILTER (kind = 'clip_approved'), count(*),
        epoch(min(happened) FILTER (kind = 'show_started')),
        epoch(max(happened) FILTER (kind = 'show_ended')),
        count(*) FILTER (kind = 'asked'), count(*) FILTER (kind = 'declined')
    FROM fact GROUP BY event ORDER BY event
"""

_CLAIMS = """
    SELECT event, drop_id, count(DISTINCT claim) FROM fact
    WHERE kind = 'drop_claimed' AND drop_id IS NOT NULL
        AND claim NOT IN (SELECT claim FROM fact WHERE kind = 'drop_released') -- given back
    GROUP BY ALL ORDER BY ALL
"""


_ENTRIES = """
    SELECT came.event, coalesce(came.subject, came.id), came.box, epoch(came.happened), came.clock = 'proven',
        came.people, came.stamps, epoch(min(gone.happened))
    FROM fact came LEFT JOIN fact gone
        ON gone.kind = 'checked_out' AND gone.box = came.box AND gone.check_in = came.check_in
    WHERE came.kind = 'checked_in' AND came.happened IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM fact undone
        WHERE undone.kind = 'door_act_undone' AND undone.box = came.box AND undone.act = came.check_in)
    GROUP BY ALL
"""


class Facts:
    """Facts in memory, each once by its id. Box and event are read from the object's key: it can not lie."""

    def __init__(self, files: Iterable[RowsFile]) -> None:
        """Read ``files`` at once; what can not be read is counted in ``unread``."""
        self.unread = 0
        self._db = duckdb.connect(config=_SETTINGS)
        self._db.execute("CREATE TABLE line (path VARCHAR, json JSON)")
        self._db.execute("CREATE TABLE object (path VARCHAR PRIMARY KEY, box VARCHAR, event VARCHAR)")
        remaining = iter(files)
        while batch := list(islice(remaining, _BATCH)):
            sound = [file for file in batch if is_sound(file.path)]
            self.unread += len(batch) - len(sound)
            self._read(sound)
        self._db.execute(_FACTS)

    def figures(self) -> Figures:
        """Count."""
        claims: dict[str, dict[str, int]] = {}
        for event, drop, count in self._db.execute(_CLAIMS).fetchall():
            claims.setdefault(event, {})[drop] = count
        doors = self.doors()
        sales = sales_of(self._db.execute(SALES).fetchall())
        wishes = wishes_of(self._db.execute(WISHES).fetchall())
        rows = self._db.execute(_EVENTS).fetchall()
        return Figures(
            tuple(
                replace(
                    _event(row, claims.get(row[0], {}), doors),
                    sales=sales.get(row[0], ()), wishes=wishes.get(row[0], {}),
                )
                for row in rows
            ),
            self.unread,
            doors.doubles,
        )  # fmt: skip

    def doors(self) -> Settled:
        """Who came, each once, whatever door they used; and what was used twice."""
        rows = self._db.execute(_ENTRIES).fetchall()
        return settle(
            Entry(event, subject, box, _sure(at), bool(proven), people, stamps, _moment(left))
            for event, subject, box, at, proven, people, stamps, left in rows
        )

    def __enter__(self) -> Self:
        """Nothing more to open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget everything."""
        self._db.close()

    def _read(self, batch: Sequence[RowsFile]) -> None:
        """Read many files at once; if DuckDB refuses one of them, one by one, and leave that one out."""
        if not batch:
            return
        try:
            self._db.execute(_READ, [[str(file.path) for file in batch]])
        except duckdb.Error:
            if len(batch) == 1:
                self.unread += 1
                return
            for file in batch:
                self._read([file])
            return
        self._db.executemany(
            "INSERT INTO object VALUES (?, ?, ?)",
            [[str(file.path), file.key.box, file.key.event] for file in batch],
        )


def _event(row: tuple[object, ...], claims: dict[str, int], doors: Settled) -> EventFigures:
    event, boxes, signed_up, made, approved, facts, started, ended, asked, declined = row
    return EventFigures(
        event=str(event),
        boxes=tuple(boxes),  # type: ignore[arg-type]
        attendance=int(signed_up),  # type: ignore[call-overload]
        checked_in=sum(entry.people for entry in doors.came if entry.event == event),
        came_again=sum(entry.stamps > 0 for entry in doors.came if entry.event == event),
        claims=claims,
        clips_made=int(made),  # type: ignore[call-overload]
        clips_approved=int(approved),  # type: ignore[call-overload]
        facts=int(facts),  # type: ignore[call-overload]
        started=_moment(started),
        ended=_moment(ended),
        asked=int(asked),  # type: ignore[call-overload]
        declined=int(declined),  # type: ignore[call-overload]
    )


def _sure(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _moment(seconds: object) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, float) else None
