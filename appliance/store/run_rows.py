"""All SQL of filming in ``capture.db``: from when to when pictures were kept, and why it ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from appliance.ids import EventId
from appliance.model.capture import Run, RunId, StopReason
from appliance.store.capture_meaning import run_of
from appliance.store.database import Database, Durability, Transaction
from appliance.store.outbox import Outbox, rfc3339


class RunReader:
    """What everybody may read."""

    def __init__(self, database: Database) -> None:
        """Of ``capture.db``."""
        self.database = database

    def runs(self, event: EventId) -> list[Run]:
        """Every stretch of filming of ``event``, the oldest first."""
        return [
            run_of(row)
            for row in self.database.query("SELECT * FROM run WHERE event = ? ORDER BY id", (event,))
        ]

    def open_runs(self) -> list[Run]:
        """What is being filmed now; after a start: what a dead process left open."""
        return [run_of(row) for row in self.database.query("SELECT * FROM run WHERE ended_at IS NULL")]


class RunRows(RunReader):
    """The owner's side: only the capture's own process. Each act is one transaction with its fact."""

    def __init__(self, database: Database, outbox: Outbox) -> None:
        """``database``: the owner's."""
        super().__init__(database)
        self._outbox = outbox

    def run_began(self, run: Run) -> None:
        """Note that pictures are being kept from now on."""
        with self.database.transaction(Durability.FULL) as tx:
            tx.execute(
                "INSERT INTO run (id, event, show, item, camera, position_ms, began_at, seen_at, indicators)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(run.id, run.event, run.show, run.item, run.camera, run.position_ms),
                    *(rfc3339(run.began_at), rfc3339(run.seen_at), " + ".join(run.indicators)),
                ),
            )
            self._outbox.fact(
                tx,
                "capture_started",
                run.event,
                run=run.id,
                show=run.show,
                item=run.item,
                camera=run.camera,
                position_ms=run.position_ms,
                indicators=run.indicators,
                **{"from": rfc3339(run.began_at)},
            )

    def run_seen(self, run: RunId, seen_at: datetime) -> None:
        """Note how far filming was allowed; may be lost by a second in a power cut."""
        with self.database.transaction(Durability.NORMAL) as tx:
            tx.execute("UPDATE run SET seen_at = ? WHERE id = ?", (rfc3339(seen_at), run))

    def run_ended(self, run: Run, ended_at: datetime, why: StopReason) -> None:
        """Note that nothing after ``ended_at`` was kept."""
        with self.database.transaction(Durability.FULL) as tx:
            self._end(tx, run, ended_at, why)

    def end_open_runs(self, reach_ms: Callable[[RunId], int] = lambda _: 0) -> int:
        """End what a dead process left open; return how many there were.

        Each ends at the last second it noted, or where what it had put on the card by then ends, if that is
        later: ``reach_ms`` tells, counted from the run's begin. Nothing reaches the card that is not proven.
        """
        open_runs = self.open_runs()
        with self.database.transaction(Durability.FULL) as tx:
            for run in open_runs:
                on_card = run.began_at + timedelta(milliseconds=reach_ms(run.id))
                self._end(tx, run, max(run.seen_at, on_card), StopReason.RESTARTED)
        return len(open_runs)

    def _end(self, tx: Transaction, run: Run, ended_at: datetime, why: StopReason) -> None:
        tx.execute(
            "UPDATE run SET ended_at = ?, seen_at = ?, why = ? WHERE id = ?",
            (rfc3339(ended_at), rfc3339(ended_at), why, run.id),
        )
        self._outbox.fact(
            tx,
            "capture_stopped",
            run.event,
            run=run.id,
            show=run.show,
            item=run.item,
            why=why,
            indicators=run.indicators,
            duration_ms=round((ended_at - run.began_at).total_seconds() * 1000),
            **{"from": rfc3339(run.began_at), "to": rfc3339(ended_at)},
        )
