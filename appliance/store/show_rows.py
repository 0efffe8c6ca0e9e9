"""All SQL of ``show.db``: what was loaded, every step, every fired cue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec

from appliance.errors import MatineeError
from appliance.ids import CueId, DropId, ItemId, ShowId
from appliance.manifest import event_manifest, packing_list
from appliance.manifest.packing_list import PackingList
from appliance.model import change, timeline
from appliance.model.change import Change, ProgrammeVersion
from appliance.model.cue import Action, CallMembers, CloseDrop, OpenDrop
from appliance.model.event import Event
from appliance.model.programme import Item, Media
from appliance.model.show_view import Phase
from appliance.paths import Paths, Service
from appliance.store.database import Database, Durability, Row, Transaction
from appliance.store.outbox import rfc3339

_VERSIONS = msgspec.json.Decoder(ProgrammeVersion)


@dataclass(frozen=True, slots=True)
class LoadedEvent:
    """The event that is on: as its manifest has it, with what was changed since."""

    show: ShowId
    event: Event
    packing: PackingList
    planned: Event | None = None
    """As the manifest has it; None: nothing was changed."""
    version: ProgrammeVersion | None = None
    """None: the manifest's own."""
    at: datetime | None = None
    """When it was loaded."""

    def changed(self, what: Change, current: ItemId | None) -> ProgrammeVersion:
        """The programme's next version; raises ``show.*`` where ``what`` makes no sense."""
        planned = self.planned or self.event
        return change.changed(self.version or change.first(planned), planned, what, current)

    def duration_ms(self, item: Item) -> int | None:
        """How long ``item`` lasts; None if it stands until GO."""
        if item.is_film and item.film is not None:
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
    """Place on the programme, as it stands now."""
    visit: int
    position_ms: int
    item_id: ItemId | None = None
    """May be left out where ``item`` says it."""
    ended: bool = False
    boot: str = ""
    """Of the kernel that ran when it was written."""


class ShowRows:
    """Rows of the running show. Only the show's own process may call what writes."""

    def __init__(self, database: Database) -> None:
        """Use ``owner`` or ``reader``."""
        self.database = database
        self._parsed: tuple[tuple[int, int], LoadedEvent] | None = None

    @classmethod
    def owner(cls, paths: Paths) -> ShowRows:
        """Open for writing: the show's process only."""
        return cls(Database.open_owner(paths.database(Service.SHOW), Service.SHOW))

    @classmethod
    def reader(cls, paths: Paths) -> ShowRows:
        """Open for reading; ``store.missing`` before the show has run for the first time."""
        return cls(Database.open_reader(paths.database(Service.SHOW)))

    def manifest(self, show: ShowId) -> str:
        """The manifest's own text, as it was loaded."""
        ((text,),) = self.database.query("SELECT manifest FROM loaded WHERE show = ?", (show,))
        return str(text)

    def load(self, tx: Transaction, show: ShowId, manifest: str, packing: PackingList, at: datetime) -> None:
        """Take up an event under a fresh show id."""
        tx.execute(
            "INSERT INTO loaded (show, event, manifest, packing, at) VALUES (?, ?, ?, ?, ?)",
            (show, packing.event, manifest, packing_list.encode(packing).decode(), rfc3339(at)),
        )

    def loaded(self) -> LoadedEvent | None:
        """The event that is on; None if none was ever loaded."""
        rows = self.database.query(
            "SELECT l.seq, coalesce(max(v.number), 1) AS number FROM loaded l"
            " LEFT JOIN programme_version v ON v.show = l.show"
            " WHERE l.seq = (SELECT max(seq) FROM loaded) GROUP BY l.seq"
        )
        if not rows:
            return None
        key = (int(rows[0]["seq"]), int(rows[0]["number"]))
        if self._parsed is None or self._parsed[0] != key:
            self._parsed = (key, self._parse(*key))
        return self._parsed[1]

    def _parse(self, seq: int, number: int) -> LoadedEvent:
        (row,) = self.database.query("SELECT show, manifest, packing, at FROM loaded WHERE seq = ?", (seq,))
        planned = event_manifest.check(row["manifest"])
        version = self._version(ShowId(row["show"]), number)
        return LoadedEvent(
            ShowId(row["show"]),
            change.amended(planned, version) if version else planned,
            packing_list.decode(row["packing"].encode()),
            planned,
            version,
            datetime.fromisoformat(row["at"]),
        )

    def _version(self, show: ShowId, number: int) -> ProgrammeVersion | None:
        rows = self.database.query(
            "SELECT programme FROM programme_version WHERE show = ? AND number = ?", (show, number)
        )
        return _VERSIONS.decode(rows[0]["programme"]) if rows else None

    def add_version(
        self, tx: Transaction, show: ShowId, version: ProgrammeVersion, reason: Change, at: datetime
    ) -> None:
        """Keep another version of the programme, with what was asked."""
        tx.execute(
            "INSERT INTO programme_version (show, number, reason, programme, at) VALUES (?, ?, ?, ?, ?)",
            (
                show,
                version.number,
                msgspec.json.encode(reason).decode(),
                msgspec.json.encode(version).decode(),
                rfc3339(at),
            ),
        )

    def append(
        self, tx: Transaction, show: ShowId, step: Step, at: datetime, nonce: str | None = None
    ) -> None:
        """Add one step; its item by id, else by its place on the programme."""
        tx.execute(
            "INSERT INTO step (show, what, nonce, phase, item_id, visit, position_ms, ended, boot, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                show,
                step.what,
                nonce,
                step.phase,
                step.item_id or self._id_at(step.item),
                step.visit,
                step.position_ms,
                int(step.ended),
                step.boot,
                rfc3339(at),
            ),
        )

    def last_step(self, show: ShowId) -> Step | None:
        """Where the show stood after its last step, its position brought up to the checkpoint."""
        rows = self.database.query(
            "SELECT s.what, s.phase, s.item, s.item_id, s.visit, s.ended, s.boot,"
            " coalesce(c.position_ms, s.position_ms) AS position_ms"
            " FROM step s LEFT JOIN checkpoint c ON c.step = s.seq"
            " WHERE s.show = ? ORDER BY s.seq DESC LIMIT 1",
            (show,),
        )
        return self._step(rows[0]) if rows else None

    def steps(self, show: ShowId, visit: int) -> list[Step]:
        """Every step of one visit, in order."""
        rows = self.database.query(
            "SELECT * FROM step WHERE show = ? AND visit = ? ORDER BY seq", (show, visit)
        )
        return [self._step(row) for row in rows]

    def unsay(self, tx: Transaction, show: ShowId, kind: str) -> None:
        """Steps of the form ``kind:words`` say nothing any more."""
        tx.execute(
            "UPDATE step SET what = ? WHERE show = ? AND what GLOB ?", (f"{kind}:null", show, f"{kind}:{{*")
        )

    def last_said(self, show: ShowId, kind: str) -> str | None:
        """What the last step of the form ``kind:words`` said."""
        rows = self.database.query(
            "SELECT what FROM step WHERE show = ? AND what GLOB ? ORDER BY seq DESC LIMIT 1",
            (show, f"{kind}:*"),
        )
        return str(rows[0]["what"]).removeprefix(f"{kind}:") if rows else None

    def has_nonce(self, nonce: str) -> bool:
        """Whether this press was already taken."""
        return bool(self.database.query("SELECT 1 FROM step WHERE nonce = ?", (nonce,)))

    def fire(
        self,
        tx: Transaction,
        show: ShowId,
        visit: int,
        cue: CueId,
        position_ms: int,
        at: datetime,
        *,
        by_hand: bool = False,
    ) -> bool:
        """Record that ``cue`` fired in this visit; False if it had by itself. A hand may repeat it."""
        fired = tx.query(
            "SELECT count(*) FROM cue_fired WHERE show = ? AND visit = ? AND cue = ?", (show, visit, cue)
        )
        again = int(fired[0][0]) if by_hand else 0
        changed = tx.execute(
            "INSERT OR IGNORE INTO cue_fired (show, visit, cue, again, position_ms, at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (show, visit, cue, again, position_ms, rfc3339(at)),
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
        return timeline.open_drops(self._actions())

    def opened(self) -> Mapping[DropId, datetime]:
        """Since when cues hold a drop open; what is closed is absent."""
        loaded = self.loaded()
        if loaded is None:
            return {}
        since: dict[DropId, datetime] = {}
        sql = "SELECT cue, at FROM cue_fired WHERE show = ? ORDER BY seq"
        rows = self.database.query(sql, (loaded.show,))
        for row in rows:
            for action in timeline.actions_of(loaded.event.cues, (CueId(row["cue"]),)):
                if isinstance(action, OpenDrop):
                    since.setdefault(action.drop, datetime.fromisoformat(row["at"]))
                elif isinstance(action, CloseDrop):
                    since.pop(action.drop, None)
        return since

    def call(self) -> CallMembers:
        """What attendees' phones shall say now; an empty text: nothing."""
        return timeline.call(self._actions())

    def _actions(self) -> tuple[Action, ...]:
        loaded = self.loaded()
        return () if loaded is None else timeline.actions_of(loaded.event.cues, self.fired(loaded.show))

    def _step(self, row: Row) -> Step:
        item = ItemId(row["item_id"]) if row["item_id"] else self._id_at(row["item"])
        return Step(
            row["what"],
            Phase(row["phase"]),
            self._place_of(item),
            row["visit"],
            row["position_ms"],
            item,
            bool(row["ended"]),
            row["boot"] or "",
        )

    def _id_at(self, place: int | None) -> ItemId | None:
        loaded = self.loaded()
        if place is None or loaded is None:
            return None
        return (loaded.planned or loaded.event).programme.items[place].id

    def _place_of(self, item: ItemId | None) -> int | None:
        loaded = self.loaded()
        ids = [] if loaded is None else [candidate.id for candidate in loaded.event.programme.items]
        return ids.index(item) if item in ids else None
