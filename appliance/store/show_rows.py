"""All SQL of ``show.db``: what was loaded, every step, every fired cue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from appliance.errors import MatineeError
from appliance.ids import CueId, DropId, ShowId
from appliance.manifest import event_manifest, packing_list
from appliance.manifest.packing_list import PackingList
from appliance.model import timeline
from appliance.model.event import Event
from appliance.model.programme import Item, Media
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.store.database import Database, Durability, Row, Transaction
from appliance.store.outbox import rfc3339


@dataclass(frozen=True, slots=True)
class LoadedEvent:
    """The event that is on, as it was loaded."""

    show: ShowId
    event: Event
    packing: PackingList

    def duration_ms(self, item: Item) -> int | None:
        """How long ``item`` lasts; None if it stands until GO."""
        if item.film is not None:
            return self.medium(item.film).duration_ms
        return None if item.seconds is None else item.seconds * 1000

    def medium(self, film: str) -> Media:
        """The medium of ``film``; ``show.film_missing`` if the packing list has none."""
        medium = self.packing.of(film)
        if medium is None:
            raise MatineeError("show.film_missing", film=film)
        return medium


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the show's journal."""

    what: str
    phase: Phase
    item: int | None
    visit: int
    position_ms: int


class ShowRows:
    """Rows of the running show. Only the show's own process may call what writes."""

    def __init__(self, database: Database) -> None:
        """Use ``owner`` or ``reader``."""
        self.database = database
        self._parsed: tuple[int, LoadedEvent] | None = None

    @classmethod
    def owner(cls, paths: Paths) -> ShowRows:
        """Open for writing: the show's process only."""
        return cls(Database.open_owner(paths.database(Service.SHOW), Service.SHOW))

    @classmethod
    def reader(cls, paths: Paths) -> ShowRows:
        """Open for reading; ``store.missing`` before the show has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.SHOW)))

    def load(self, tx: Transaction, show: ShowId, manifest: str, packing: PackingList, at: datetime) -> None:
        """Take up an event under a fresh show id."""
        tx.execute(
            "INSERT INTO loaded (show, event, manifest, packing, at) VALUES (?, ?, ?, ?, ?)",
            (show, packing.event, manifest, packing_list.encode(packing).decode(), rfc3339(at)),
        )

    def loaded(self) -> LoadedEvent | None:
        """The event that is on; None if none was ever loaded."""
        rows = self.database.query("SELECT seq FROM loaded ORDER BY seq DESC LIMIT 1")
        if not rows:
            return None
        seq = int(rows[0]["seq"])
        if self._parsed is None or self._parsed[0] != seq:
            self._parsed = (seq, self._parse(seq))
        return self._parsed[1]

    def _parse(self, seq: int) -> LoadedEvent:
        (row,) = self.database.query("SELECT show, manifest, packing FROM loaded WHERE seq = ?", (seq,))
        return LoadedEvent(
            ShowId(row["show"]),
            event_manifest.check(row["manifest"]),
            packing_list.decode(row["packing"].encode()),
        )

    def append(
        self, tx: Transaction, show: ShowId, step: Step, at: datetime, nonce: str | None = None
    ) -> None:
        """Add one step."""
        tx.execute(
            "INSERT INTO step (show, what, nonce, phase, item, visit, position_ms, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (show, step.what, nonce, step.phase, step.item, step.visit, step.position_ms, rfc3339(at)),
        )

    def last_step(self, show: ShowId) -> Step | None:
        """Where the show stood after its last step, its position brought up to the checkpoint."""
        rows = self.database.query(
            "SELECT s.what, s.phase, s.item, s.visit,"
            " coalesce(c.position_ms, s.position_ms) AS position_ms FROM step s LEFT JOIN checkpoint c ON c.step = s.seq"
            " WHERE s.show = ? ORDER BY s.seq DESC LIMIT 1",
            (show,),
        )
        return _step(rows[0]) if rows else None

    def steps(self, show: ShowId, visit: int) -> list[Step]:
        """Every step of one visit, in order."""
        rows = self.database.query(
            "SELECT * FROM step WHERE show = ? AND visit = ? ORDER BY seq", (show, visit)
        )
        return [_step(row) for row in rows]

    def has_nonce(self, nonce: str) -> bool:
        """Whether this press was already taken."""
        return bool(self.database.query("SELECT 1 FROM step WHERE nonce = ?", (nonce,)))

    def fire(
        self, tx: Transaction, show: ShowId, visit: int, cue: CueId, position_ms: int, at: datetime
    ) -> bool:
        """Record that ``cue`` fired in this visit; False if it had."""
        changed = tx.execute(
            "INSERT OR IGNORE INTO cue_fired (show, visit, cue, position_ms, at) VALUES (?, ?, ?, ?, ?)",
            (show, visit, cue, position_ms, rfc3339(at)),
        )
        return changed > 0

    def fired(self, show: ShowId, visit: int | None = None) -> tuple[CueId, ...]:
        """Cues fired in the show, or in one visit, in order."""
        rows = self.database.query(
            "SELECT cue FROM cue_fired WHERE show = ? AND visit = coalesce(?, visit) ORDER BY seq",
            (show, visit),
        )
        return tuple(CueId(row["cue"]) for row in rows)

    def checkpoint(self, show: ShowId, position_ms: int, at: datetime) -> None:
        """Note the position since the last step, without a flush."""
        with self.database.transaction(Durability.NORMAL) as tx:
            tx.execute(
                "INSERT OR REPLACE INTO checkpoint (one, step, position_ms, at)"
                " SELECT 1, max(seq), ?, ? FROM step WHERE show = ? HAVING max(seq) IS NOT NULL",
                (position_ms, rfc3339(at), show),
            )

    def open_drops(self) -> tuple[DropId, ...]:
        """Drops open now: because cues that opened them fired, and none that closed them since."""
        loaded = self.loaded()
        if loaded is None:
            return ()
        return timeline.open_drops(timeline.actions_of(loaded.event.cues, self.fired(loaded.show)))


def _step(row: Row) -> Step:
    return Step(row["what"], Phase(row["phase"]), row["item"], row["visit"], row["position_ms"])
