"""The director: the one place where verbs, time and the player's news change the running show."""

from __future__ import annotations

import logging
from dataclasses import replace

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import CueId
from appliance.manifest.packing_list import PackingList
from appliance.model import timeline
from appliance.model.cue import Action, Cue
from appliance.model.picture import Screen, ScreenStatus
from appliance.model.programme import HouseLights, Item
from appliance.model.show_view import Lease, Phase, ShowView, Verb
from appliance.show import machine, screen
from appliance.show.journal import Journal
from appliance.show.machine import ShowState
from appliance.show.screen import Surroundings
from appliance.show.view import Room, view
from appliance.store.show_rows import LoadedEvent

_LEASE_S = 1.0
_DEBOUNCE_S = 0.4
_STALE_S = 1.5
_CHECKPOINT_MS = 1000

_log = logging.getLogger(__name__)


class Director:
    """Holds where the show stands. Every change is written before it is answered."""

    def __init__(
        self,
        journal: Journal,
        loaded: LoadedEvent | None,
        around: Surroundings,
        clock: Clock,
        room: Clock | None = None,
    ) -> None:
        """``clock`` is the show's own; it may run faster than ``room``, in which people and players live."""
        self._journal = journal
        self._loaded = loaded
        self._around = around
        self._clock = clock
        self._room = room or clock
        self._state = journal.restore(loaded)
        self._status: ScreenStatus | None = None
        self._status_at = self._room.monotonic()
        self._ticked = clock.monotonic()
        self._went = self._room.monotonic() - _DEBOUNCE_S
        self._checkpoint_ms = self._state.position_ms
        self._by_hand = journal.lights_by_hand(loaded.show, self._state.visit) if loaded else None
        self._faults: dict[str, str] = {}

    def load(self, manifest: str, packing: PackingList) -> ShowView:
        """Take up an event; refused while a show runs."""
        if self._state.phase not in {Phase.NONE, Phase.STANDBY, Phase.OVER}:
            raise MatineeError("show.running")
        self._loaded = self._journal.load(manifest, packing)
        self._state = self._journal.restore(self._loaded)
        self._by_hand = None
        self._faults.clear()
        return self.view()

    def press(self, verb: Verb, nonce: str | None) -> ShowView:
        """Carry out an operator's verb; the same nonce, or GO twice in a moment, is one act."""
        loaded = self._require_loaded()
        bounced = verb is Verb.GO and self._room.monotonic() - self._went < _DEBOUNCE_S
        if bounced or self._journal.taken(nonce):
            return self.view()
        after = machine.press(self._state, verb, loaded.event.programme)
        if verb is Verb.GO:
            self._went = self._room.monotonic()
        self._become(verb, after, nonce)
        return self.view()

    def fire(self, cue_id: CueId, nonce: str | None) -> ShowView:
        """Fire a cue of the current item by name."""
        loaded = self._require_loaded()
        cue = next((cue for cue in loaded.event.cues if cue.id == cue_id), None)
        if cue is None:
            raise MatineeError("show.unknown_cue", cue=cue_id)
        if not self._journal.taken(nonce):
            self._journal.step(loaded, f"cue:{cue_id}", self._state, self._state, nonce, (cue,))
        return self.view()

    def lights(self, lights: HouseLights) -> ShowView:
        """House lights by hand, until the next item."""
        self._journal.lights(self._require_loaded(), self._state, lights)
        self._by_hand = lights
        return self.view()

    def lease(self) -> Lease:
        """Grant the house to the cameras only while the screen says so to the audience."""
        item = self._item()
        shown = self._fresh_status()
        if self._loaded is None or item is None or not self._capture_wanted():
            return Lease(granted=False)
        if shown is None or shown.token != self.wanted().now.token:
            return Lease(granted=False)
        return Lease(
            granted=True,
            item=item.id,
            event=self._loaded.event.id,
            show=self._loaded.show,
            visit=self._state.visit,
            position_ms=self._state.position_ms,
            seconds=_LEASE_S,
        )

    def see(self, status: ScreenStatus | None) -> None:
        """Take in what the player says; None: it does not answer."""
        if status is not None:
            self._status = status
            self._status_at = self._room.monotonic()
            self._faults.pop("player", None)
        elif self._fresh_status() is None:
            self._faults["player"] = MatineeError("show.player_away").sentence
        self.tick()

    def tick(self) -> None:
        """Let time pass: positions move, cues fire, items end."""
        now = self._clock.monotonic()
        passed_ms = round((now - self._ticked) * 1000)
        self._ticked = now
        if self._loaded is None or self._state.phase is not Phase.RUNNING:
            return
        item = self._item()
        if item is None:
            return
        if item.is_film:
            self._follow_film(item)
        else:
            self._follow_card(item, passed_ms)
        self._checkpoint()

    def wanted(self) -> Screen:
        """What shall stand on the screen now."""
        if self._loaded is None:
            return screen.idle(self._around)
        capture = self._capture_wanted()
        level = timeline.volume(self._actions())
        return screen.wanted(self._loaded, self._state, self._around, capture=capture, volume=level)

    def wanted_lights(self) -> HouseLights:
        """What the room shall be lit like now."""
        item = self._item()
        if self._state.phase not in {Phase.RUNNING, Phase.PAUSED} or item is None:
            return self._by_hand if self._by_hand and self._state.phase is not Phase.PANIC else HouseLights.UP
        return self._by_hand or timeline.lights(item, self._actions())

    def view(self) -> ShowView:
        """Everything a remote shows."""
        room = Room(
            status=self._status,
            player="up" if self._fresh_status() else "restarting" if self._status else "starting",
            lights=self.wanted_lights(),
            volume=timeline.volume(self._actions()),
            open_drops=self._journal.open_drops(),
            capture=self._capture_wanted(),
            faults=tuple(self._faults.values()),
        )
        return view(self._loaded, self._state, room)

    def _follow_film(self, item: Item) -> None:
        status = self._fresh_status()
        loaded = self._require_loaded()
        if status is None:
            return
        here = screen.token(loaded, self._state.visit, item)
        if status.token == here:
            self._move(item, status.position_ms)
        if any(failure.token == here for failure in status.failed):
            reason = next(failure.reason for failure in status.failed if failure.token == here)
            self._faults[here] = MatineeError("show.film_failed", title=item.title, reason=reason).sentence
            _log.warning("film failed item=%s reason=%s", item.id, reason)
            self._become("failed", machine.finish(self._state, loaded.event.programme))
        elif (status.token == here and status.ended) or self._rolled_over(status):
            self._become("finished", machine.finish(self._state, loaded.event.programme))

    def _rolled_over(self, status: ScreenStatus) -> bool:
        following = self.wanted().next
        return following is not None and status.token == following.token

    def _follow_card(self, item: Item, passed_ms: int) -> None:
        loaded = self._require_loaded()
        self._move(item, self._state.position_ms + passed_ms)
        if item.seconds is not None and self._state.position_ms >= item.seconds * 1000:
            self._become("finished", machine.finish(self._state, loaded.event.programme))

    def _move(self, item: Item, position_ms: int) -> None:
        self._state = replace(self._state, position_ms=position_ms)
        due = self._due(item, self._state)
        if due:
            self._journal.step(self._require_loaded(), "cues", self._state, self._state, cues=due)

    def _become(self, what: str, after: ShowState, nonce: str | None = None) -> None:
        loaded = self._require_loaded()
        entered = after.visit != self._state.visit
        item = after.item(loaded.event.programme)
        cues = self._due(item, after) if entered and item is not None else ()
        self._journal.step(loaded, what, self._state, after, nonce, cues)
        if entered:
            self._by_hand = None
            self._ticked = self._clock.monotonic()
        self._state = after
        self._checkpoint_ms = after.position_ms

    def _due(self, item: Item, state: ShowState) -> tuple[Cue, ...]:
        loaded = self._require_loaded()
        fired = self._journal.fired(loaded.show, state.visit)
        length = loaded.duration_ms(item)
        return timeline.due(loaded.event.cues, item.id, state.position_ms, length, fired)

    def _actions(self) -> tuple[Action, ...]:
        if self._loaded is None:
            return ()
        return timeline.actions_of(
            self._loaded.event.cues, self._journal.fired(self._loaded.show, self._state.visit)
        )

    def _capture_wanted(self) -> bool:
        item = self._item()
        standing = self._state.phase in {Phase.RUNNING, Phase.PAUSED}
        return standing and item is not None and timeline.capture_wanted(item, self._actions())

    def _checkpoint(self) -> None:
        if self._loaded is not None and self._state.position_ms >= self._checkpoint_ms + _CHECKPOINT_MS:
            self._checkpoint_ms = self._state.position_ms
            self._journal.checkpoint(self._loaded, self._state)

    def _fresh_status(self) -> ScreenStatus | None:
        return self._status if self._room.monotonic() - self._status_at < _STALE_S else None

    def _item(self) -> Item | None:
        return None if self._loaded is None else self._state.item(self._loaded.event.programme)

    def _require_loaded(self) -> LoadedEvent:
        if self._loaded is None:
            raise MatineeError("show.no_event")
        return self._loaded
