"""The show's memory: every change of state is a row, with its facts, before anybody is told."""

from __future__ import annotations

from appliance.clock import Clock
from appliance.ids import CueId, DropId, ShowId, new_id
from appliance.manifest.packing_list import PackingList
from appliance.model.cue import Cue
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.show.machine import ShowState
from appliance.store.outbox import Outbox
from appliance.store.show_rows import LoadedEvent, ShowRows, Step

_LIGHTS = "lights:"


class Journal:
    """Writes steps, fired cues and facts; reads back where the show stood."""

    def __init__(self, rows: ShowRows, outbox: Outbox, clock: Clock) -> None:
        """``rows`` must be the owner's."""
        self._rows = rows
        self._outbox = outbox
        self._clock = clock

    def load(self, manifest: str, packing: PackingList) -> LoadedEvent:
        """Take up an event as a new showing, in standby."""
        show = ShowId(new_id())
        with self._rows.database.transaction() as tx:
            self._rows.load(tx, show, manifest, packing, self._clock.now())
            self._rows.append(tx, show, Step("loaded", Phase.STANDBY, None, 0, 0), self._clock.now())
        loaded = self._rows.loaded()
        if loaded is None:
            raise AssertionError(show)
        return loaded

    def restore(self, loaded: LoadedEvent | None) -> ShowState:
        """Where the show stood when this process last lived."""
        step = None if loaded is None else self._rows.last_step(loaded.show)
        if step is None:
            return ShowState(Phase.NONE)
        return ShowState(step.phase, step.item, step.visit, step.position_ms)

    def fired(self, show: ShowId, visit: int) -> tuple[CueId, ...]:
        """Cues of this visit that have fired."""
        return self._rows.fired(show, visit)

    def open_drops(self) -> tuple[DropId, ...]:
        """Drops open now."""
        return self._rows.open_drops()

    def lights_by_hand(self, show: ShowId, visit: int) -> HouseLights | None:
        """What a hand set the lights to in this visit."""
        said = [step.what for step in self._rows.steps(show, visit) if step.what.startswith(_LIGHTS)]
        return HouseLights(said[-1].removeprefix(_LIGHTS)) if said else None

    def taken(self, nonce: str | None) -> bool:
        """Whether this press was carried out before."""
        return nonce is not None and self._rows.has_nonce(nonce)

    def step(
        self,
        loaded: LoadedEvent,
        what: str,
        before: ShowState,
        after: ShowState,
        nonce: str | None = None,
        cues: tuple[Cue, ...] = (),
    ) -> None:
        """Write that the show went from ``before`` to ``after``, and the cues that fire with it, durably."""
        now = self._clock.now()
        event = loaded.event.id
        with self._rows.database.transaction() as tx:
            step = Step(what, after.phase, after.index, after.visit, after.position_ms)
            self._rows.append(tx, loaded.show, step, now, nonce)
            for kind, fields in _facts(loaded, what, before, after):
                self._outbox.fact(tx, kind, event, show=loaded.show, **fields)
            for cue in cues:
                if self._rows.fire(tx, loaded.show, after.visit, cue.id, after.position_ms, now):
                    self._outbox.fact(
                        tx,
                        "cue_fired",
                        event,
                        show=loaded.show,
                        cue=cue.id,
                        item=cue.item,
                        position_ms=after.position_ms,
                    )

    def lights(self, loaded: LoadedEvent, state: ShowState, lights: HouseLights) -> None:
        """Write that a hand set the house lights."""
        self.step(loaded, f"{_LIGHTS}{lights}", state, state)

    def checkpoint(self, loaded: LoadedEvent, state: ShowState) -> None:
        """Note the position; a power cut may lose the last seconds of it."""
        self._rows.checkpoint(loaded.show, state.position_ms, self._clock.now())


def _facts(
    loaded: LoadedEvent, what: str, before: ShowState, after: ShowState
) -> list[tuple[str, dict[str, object]]]:
    facts: list[tuple[str, dict[str, object]]] = []
    if before.visit == 0 and after.visit == 1:
        facts.append(("show_started", {"items": len(loaded.event.programme.items)}))
    if after.visit != before.visit and after.index is not None:
        item = loaded.event.programme.items[after.index]
        facts.append(("item_entered", {"item": item.id, "item_kind": item.kind, "visit": after.visit}))
    if what == Verb.PANIC:
        facts.append(("panic", {"position_ms": before.position_ms}))
    if after.phase is Phase.OVER and before.phase is not Phase.OVER:
        facts.append(("show_ended", {"visits": after.visit}))
    return facts
