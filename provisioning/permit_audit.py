"""The audit of all papers once a day, whoever looks or not: a fact each time, for hooks and the organiser."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from appliance.clock import Clock, ClockTrust
from appliance.health.permits import audited
from appliance.paths import Paths
from appliance.store.database import Database
from appliance.store.outbox import Outbox, newest_of_kind

ROUND_S = 600.0
EACH = timedelta(days=1)
FACT = "permits_audited"


class PermitAudit:
    """In the console, which owns ``console.db``."""

    def __init__(self, paths: Paths, database: Database, outbox: Outbox, clock: Clock) -> None:
        """Nothing is looked at yet."""
        self._paths = paths
        self._database = database
        self._outbox = outbox
        self._clock = clock

    def last(self) -> datetime | None:
        """When the papers were looked through last; None: never."""
        return newest_of_kind(self._database, FACT)

    def round(self) -> bool:
        """Look through them if a day has passed; True if it did. A box that does not know the day waits."""
        now, last = self._clock.now(), self.last()
        if self._clock.trust is ClockTrust.NONE or (last is not None and abs(now - last) < EACH):
            return False
        found = audited(self._paths, now, self._clock.trust)
        states = Counter(str(finding.state) for _, finding in found)
        needing = [
            {
                "event": event.id,
                "permit": finding.permit.id,
                "state": finding.state,
                "refuses": finding.refuses,
            }
            for event, finding in found
            if finding.is_bad or finding.state == "soon"
        ]
        with self._database.transaction() as tx:
            self._outbox.fact(tx, FACT, "", all=len(found), states=dict(states), needing=needing)
        return True
