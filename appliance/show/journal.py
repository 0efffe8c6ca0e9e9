"""The show's memory: every change of state is a row, with its facts, before anybody is told."""

from __future__ import annotations

import msgspec

from appliance.clock import Clock
from appliance.ids import CueId, DropId, ShowId, new_id
from appliance.manifest.packing_list import PackingList
from appliance.model.callout import Callout
from appliance.model.change import Change, ProgrammeVersion
from appliance.model.cue import Cue
from appliance.model.lighting import Lighting, look_of
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.model.viewing import Viewing
from appliance.show.machine import ShowState
from appliance.show.standing import ByHand
from appliance.store.outbox import Outbox, boot_id
from appliance.store.show_rows import LoadedEvent, ShowRows, Step

_LIGHTS = "lights"
_VOLUME = "volume"
_CLOCK = "clock_told"
_VIEWING = "viewing"
_CALLOUT = "callout"

_VIEWINGS = msgspec.json.Decoder(Viewing)
_CALLOUTS = msgspec.json.Decoder(Callout | None)


class Journal:
    """Writes steps, fired cues and facts; reads back where the show stood."""

    def __init__(self, rows: ShowRows, outbox: Outbox, clock: Clock, boot: str = "") -> None:
        """``rows`` must be the owner's; ``boot`` is the kernel's unless a test says otherwise."""
        self._rows = rows
        self._outbox = outbox
        self._clock = clock
        self._boot = boot or boot_id()

    def load(self, manifest: str, packing: PackingList) -> LoadedEvent:
        """Take up an event as a new showing, in standby."""
        show = ShowId(new_id())
        with self._rows.database.transaction() as tx:
            self._rows.load(tx, show, manifest, packing, self._clock.now())
            self._rows.append(tx, show, Step("loaded", Phase.STANDBY, None, 0, 0), self._clock.now())
        return self._loaded()

    def load_again(self, loaded: LoadedEvent) -> LoadedEvent:
        """The same manifest and films as a new showing, in standby."""
        return self.load(self._rows.manifest(loaded.show), loaded.packing)

    def _loaded(self) -> LoadedEvent:
        loaded = self._rows.loaded()
        if loaded is None:
            raise AssertionError(self._rows)
        return loaded

    def restore(self, loaded: LoadedEvent | None) -> ShowState:
        """Where the show stood when this process last lived."""
        step = None if loaded is None else self._rows.last_step(loaded.show)
        if step is None:
            return ShowState(Phase.NONE)
        return ShowState(step.phase, step.item_id, step.visit, step.position_ms, step.ended)

    def power_was_cut(self, loaded: LoadedEvent) -> bool:
        """Whether the machine, and not only this process, began anew since the last step."""
        step = self._rows.last_step(loaded.show)
        return step is not None and step.boot not in {"", self._boot}

    def fired(self, show: ShowId, visit: int | None = None) -> tuple[CueId, ...]:
        """Cues that have fired in this visit, or in the whole show."""
        return self._rows.fired(show, visit)

    def open_drops(self) -> tuple[DropId, ...]:
        """Drops open now."""
        return self._rows.open_drops()

    def call(self) -> str:
        """What attendees' phones say now."""
        return self._rows.call().text

    def by_hand(self, loaded: LoadedEvent | None, visit: int) -> ByHand:
        """What hands set: lights and callout in this visit, volume and viewing in this show."""
        if loaded is None:
            return ByHand()
        said = dict(
            step.what.split(":", 1) for step in self._rows.steps(loaded.show, visit) if ":" in step.what
        )
        volume = self._rows.last_said(loaded.show, _VOLUME)
        viewing = self._rows.last_said(loaded.show, _VIEWING)
        return ByHand(
            _lighting(said[_LIGHTS]) if _LIGHTS in said else None,
            1.0 if volume is None else float(volume),
            Viewing() if viewing is None else _VIEWINGS.decode(viewing),
            _CALLOUTS.decode(said.get(_CALLOUT, "null")),
        )

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
        *,
        by_hand: bool = False,
    ) -> None:
        """Write that the show went from ``before`` to ``after``, and the cues that fire with it, durably."""
        now = self._clock.now()
        event = loaded.event.id
        with self._rows.database.transaction() as tx:
            step = Step(
                what,
                after.phase,
                None,
                after.visit,
                after.position_ms,
                after.current,
                ended=after.ended,
                boot=self._boot,
            )
            if after.visit != before.visit or what.startswith(f"{_CALLOUT}:"):
                self._rows.unsay(
                    tx, loaded.show, _CALLOUT
                )  # what somebody asked is kept only while it stands
            self._rows.append(tx, loaded.show, step, now, nonce)
            for kind, fields in _facts(loaded, what, before, after):
                self._outbox.fact(tx, kind, event, show=loaded.show, **fields)
            for cue in cues:
                if self._rows.fire(
                    tx, loaded.show, after.visit, cue.id, after.position_ms, now, by_hand=by_hand
                ):
                    self._outbox.fact(
                        tx,
                        "cue_fired",
                        event,
                        show=loaded.show,
                        cue=cue.id,
                        item=cue.item,
                        position_ms=after.position_ms,
                    )

    def change(
        self,
        loaded: LoadedEvent,
        state: ShowState,
        change: Change,
        version: ProgrammeVersion,
        nonce: str | None,
    ) -> LoadedEvent:
        """Write another version of the programme with its reason; return the event as it is then."""
        now = self._clock.now()
        what = f"changed:{version.number}"
        step = Step(
            what, state.phase, None, state.visit, state.position_ms, state.current, state.ended, self._boot
        )
        with self._rows.database.transaction() as tx:
            self._rows.add_version(tx, loaded.show, version, change, now)
            self._rows.append(tx, loaded.show, step, now, nonce)
            self._outbox.fact(
                tx,
                "programme_changed",
                loaded.event.id,
                show=loaded.show,
                version=version.number,
                change=change,
                late_s=version.late_s,
            )
        return self._loaded()

    def lights(
        self, loaded: LoadedEvent, state: ShowState, lighting: Lighting, nonce: str | None = None
    ) -> None:
        """Write that a hand set the house lights."""
        said = lighting.look if lighting.level is None else f"{lighting.level:.3f}"
        self.step(loaded, f"{_LIGHTS}:{said}", state, state, nonce)

    def volume(self, loaded: LoadedEvent, state: ShowState, level: float, nonce: str | None = None) -> None:
        """Write that a hand set the volume."""
        self.step(loaded, f"{_VOLUME}:{level:.3f}", state, state, nonce)

    def viewing(
        self, loaded: LoadedEvent, state: ShowState, viewing: Viewing, nonce: str | None = None
    ) -> None:
        """Write how a hand wants films to be read and heard."""
        self.step(loaded, f"{_VIEWING}:{msgspec.json.encode(viewing).decode()}", state, state, nonce)

    def callout(
        self, loaded: LoadedEvent, state: ShowState, said: Callout | None, nonce: str | None = None
    ) -> None:
        """Write what a hand put over the picture; None: it was taken off."""
        self.step(loaded, f"{_CALLOUT}:{msgspec.json.encode(said).decode()}", state, state, nonce)

    def clock_is_right(self, loaded: LoadedEvent, state: ShowState, nonce: str | None = None) -> None:
        """Write that an operator believes this machine's wall time."""
        self.step(loaded, f"{_CLOCK}:{self._boot}", state, state, nonce)

    def clock_told(self, loaded: LoadedEvent | None) -> bool:
        """Whether an operator said so since this machine started."""
        return loaded is not None and self._rows.last_said(loaded.show, _CLOCK) == self._boot

    def checkpoint(self, loaded: LoadedEvent, state: ShowState) -> None:
        """Note the position; a power cut may lose the last seconds of it."""
        self._rows.checkpoint(loaded.show, state.position_ms, self._clock.now())


def _facts(
    loaded: LoadedEvent, what: str, before: ShowState, after: ShowState
) -> list[tuple[str, dict[str, object]]]:
    facts: list[tuple[str, dict[str, object]]] = []
    if before.visit == 0 and after.visit == 1:
        facts.append(("show_started", {"items": len(loaded.event.programme.items)}))
    item = after.item(loaded.event.programme)
    if after.visit != before.visit and item is not None:
        facts.append(("item_entered", {"item": item.id, "item_kind": item.kind, "visit": after.visit}))
    if what == Verb.PANIC:
        facts.append(("panic", {"position_ms": before.position_ms}))
    if after.phase is Phase.OVER and before.phase is not Phase.OVER:
        facts.append(("show_ended", {"visits": after.visit}))
    return facts


def _lighting(said: str) -> Lighting:
    if said in set(HouseLights):
        return Lighting(HouseLights(said))
    level = float(said)
    return Lighting(look_of(level), level)
