"""Waiting rows become durable plans, each row in one: for the push and for the courier alike."""

from __future__ import annotations

import logging
import threading

from appliance.paths import Service
from appliance.store.outbox import Lane, OutboxMessage
from appliance.store.outboxes import OWNERS, Outboxes
from appliance.store.sync_rows import Cursor, SyncRows
from appliance.sync.planning import plans_for

LANES = (Lane.PEOPLE, Lane.FACTS, Lane.CLIPS)
"""In the order in which they go up."""
MOST_ROWS = 1000
"""Of one owner in one plan."""

_log = logging.getLogger(__name__)


class Planner:
    """One for a process: two would plan a row twice. Safe to use from any thread.

    The first plan after a start begins a fresh epoch, because this card may be a copy, or come back from a
    copy, of one that has gone on: new objects never get a name that another card may have used. What was
    planned before keeps its name: on every copy it is the same rows and the same bytes.
    """

    def __init__(self, rows: SyncRows, outboxes: Outboxes) -> None:
        """Nothing is read yet."""
        self._rows = rows
        self._outboxes = outboxes
        self._epoch_begun = False
        self._one_at_a_time = threading.Lock()

    def plan(self, lane: Lane) -> int:
        """Plan what waits, at most ``MOST_ROWS`` of an owner; returns the most that one had."""
        with self._one_at_a_time:
            waiting = {owner: rows for owner in OWNERS if (rows := self._waiting(owner, lane))}
            if not waiting:
                return 0
            cursors = {owner: Cursor(rows[-1].seq, rows[-1].id) for owner, rows in waiting.items()}
            if not self._epoch_begun:
                _log.info("new epoch=%s", self._rows.new_epoch())
                self._epoch_begun = True
            self._rows.plan(lane, plans_for(lane, waiting), cursors)
            return max(len(rows) for rows in waiting.values())

    def plan_all(self) -> None:
        """Plan every row of every lane that waits now."""
        for lane in LANES:
            while self.plan(lane) >= MOST_ROWS:
                pass

    def _waiting(self, owner: Service, lane: Lane) -> list[OutboxMessage]:
        cursor = self._rows.cursor(owner, lane)
        if not self._outboxes.holds(owner, cursor):
            _log.warning("outbox was replaced, reading it again owner=%s lane=%s", owner, lane)
            self._rows.rewind(owner, lane)
            cursor = Cursor()
        return self._outboxes.after(owner, lane, cursor.seq, MOST_ROWS)
