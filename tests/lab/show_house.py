"""A director with real rows, and a player that shows what it is told and plays while time passes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from appliance.clock import HeldClock
from appliance.ids import BoxId, DropId
from appliance.manifest.packing_list import PackingList
from appliance.model.event import Event
from appliance.model.picture import Film, ScreenStatus
from appliance.model.show_view import Verb
from appliance.paths import Paths
from appliance.show.director import Director
from appliance.show.journal import Journal
from appliance.show.screen import Surroundings
from appliance.show.votes import VotesOfRows
from appliance.store.outbox import Lane, Outbox, messages_after
from appliance.store.show_rows import ShowRows
from lab.evening import MANIFEST, PACKING

AROUND = Surroundings(Path("/films"), "http://portal", "Matinee")


class SimulatedStock:
    """Knows how many are left. Lever: ``taken``."""

    def __init__(self) -> None:
        self.taken = 0

    def left(self, event: Event) -> Mapping[DropId, int]:
        return {drop.id: max(0, drop.stock - self.taken) for drop in event.drops}


class House:
    """A director, and a player that shows what it is told and plays while time passes."""

    def __init__(
        self,
        paths: Paths,
        clock: HeldClock,
        manifest: str = MANIFEST,
        boot: str = "",
        packing: PackingList = PACKING,
    ) -> None:
        self.paths, self.clock, self.manifest, self.boot = paths, clock, manifest, boot
        self.packing = packing
        self.stock = SimulatedStock()
        self.away = False
        self.status = ScreenStatus()
        self.rise()

    def rise(self) -> None:
        """Open the rows, as a fresh process does."""
        self.rows = ShowRows.owner(self.paths)
        self.journal = Journal(self.rows, Outbox(BoxId("box"), self.clock), self.clock, self.boot)
        self.director = Director(
            self.journal,
            self.rows.loaded(),
            AROUND,
            self.clock,
            stock=self.stock,
            votes=VotesOfRows(self.paths),
        )

    def crash(self, boot: str | None = None) -> None:
        """Die and rise; with another ``boot`` after a power cut, in which the player dies too."""
        self.rows.database.close()
        if boot is not None:
            self.boot = boot
            self.status = ScreenStatus()
        self.rise()

    def close(self) -> None:
        self.rows.database.close()

    def load(self) -> None:
        self.director.load(self.manifest, self.packing)

    def go(self) -> None:
        self.clock.advance(1)
        self.director.press(Verb.GO)
        self.run(0.2)

    def run(self, seconds: float, step_s: float = 0.1) -> None:
        for _ in range(round(seconds / step_s)):
            self.clock.advance(step_s)
            if self.away:
                self.director.see(None)
                continue
            self._play(round(step_s * 1000))
            self.director.see(self.status)

    def _play(self, passed_ms: int) -> None:
        wanted = self.director.wanted()
        sought = self.director.take_sought()
        if sought is not None and sought[0] == self.status.token:
            self.status = replace(self.status, position_ms=sought[1], ended=False)
        if self.status.token != wanted.now.token:
            start = wanted.now.start_ms if isinstance(wanted.now, Film) else 0
            self.status = ScreenStatus(token=wanted.now.token, position_ms=start, playing=True)
        elif isinstance(wanted.now, Film) and not wanted.now.paused:
            self.status = replace(self.status, position_ms=self.status.position_ms + passed_ms)
            path = wanted.now.path
            length = next(medium.duration_ms for medium in self.packing.media if medium.sha256 in path)
            if self.status.position_ms >= length:
                following = wanted.next
                self.status = (
                    replace(self.status, ended=True)
                    if following is None
                    else ScreenStatus(token=following.token, playing=True)
                )

    @property
    def item(self) -> str:
        view = self.director.view()
        return "" if view.index is None else view.items[view.index].id

    def facts(self) -> list[str]:
        return [message.kind for message in messages_after(self.rows.database, Lane.FACTS, 0)]
