"""Where the show stands: held here, and written before anything is made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.ids import CueId, new_id
from appliance.manifest import event_manifest
from appliance.manifest.packing_list import PackingList
from appliance.model.callout import Callout
from appliance.model.change import Change
from appliance.model.cue import Cue
from appliance.model.lighting import Lighting
from appliance.model.programme import Item
from appliance.model.show_view import Verb
from appliance.model.viewing import Viewing
from appliance.show import machine
from appliance.show.firing import due_now
from appliance.show.journal import Journal
from appliance.show.machine import ShowState
from appliance.show.passing import Moment
from appliance.show.standing import Standing, standing
from appliance.store.show_rows import LoadedEvent

_CHECKPOINT_MS = 1000
_UNSTOPPABLE = frozenset({Verb.PANIC, "finished", "failed", "time", "cues", "checkpoint", "power_cut"})
"""What a full or broken card must not keep from happening."""


class Place:
    """Event, state and what hands set. Rows first: after a crash another one of it stands the same."""

    def __init__(self, journal: Journal, loaded: LoadedEvent | None, clock: Clock) -> None:
        """Begin where the rows say; ``clock`` is the show's own."""
        self.journal = journal
        self._clock = clock
        self._ticked = clock.monotonic()
        self.loaded = loaded
        self.unsaved: MatineeError | None = None
        """Why the last change is not on the card; None if it is."""
        self.leave = new_id()
        """Names the leave to film, or to listen; another one after each moment without."""
        self._restore()

    def _restore(self) -> None:
        self.state = self.journal.restore(self.loaded)
        self._checkpoint_ms = self.state.position_ms
        self._by_hand = self.journal.by_hand(self.loaded, self.state.visit)
        self._clock_told = self.journal.clock_told(self.loaded)

    @property
    def event(self) -> LoadedEvent:
        """The event that is on; ``show.no_event`` if none is."""
        if self.loaded is None:
            raise MatineeError("show.no_event")
        return self.loaded

    @property
    def item(self) -> Item | None:
        """The current item."""
        return None if self.loaded is None else self.state.item(self.loaded.event.programme)

    @property
    def standing(self) -> Standing:
        """What shall stand in the room."""
        return standing(self.loaded, self.state, self.fired(), self._by_hand)

    def fired(self) -> tuple[CueId, ...]:
        """Cues of this visit that have fired, in order."""
        return self.journal.fired(self.loaded.show, self.state.visit) if self.loaded else ()

    def moment(self) -> Moment:
        """What time it is, with nothing passed."""
        trust = self._clock.trust
        if trust is ClockTrust.NONE and self._clock_told:
            trust = ClockTrust.TOLD
        return Moment(0, self._clock.now(), trust)

    def passing_moment(self) -> Moment:
        """What time it is, and how much passed since this was asked last."""
        now = self._clock.monotonic()
        passed_ms = round((now - self._ticked) * 1000)
        self._ticked = now
        return replace(self.moment(), passed_ms=passed_ms)

    def load(self, manifest: str, packing: PackingList) -> None:
        """Take up an event; ``show.film_missing`` if it names a film that the packing list has not."""
        for item in event_manifest.check(manifest).programme.everything:
            if item.film is not None and packing.of(item.film) is None:
                raise MatineeError("show.film_missing", film=item.film)
        self.loaded = self.journal.load(manifest, packing)
        self._restore()
        self.leave = new_id()

    def come_back(self) -> MatineeError | None:
        """After a power cut stand as the organiser chose; return what the operator should know."""
        if self.loaded is None or not self.journal.power_was_cut(self.loaded):
            return None
        after, fault = machine.after_power_cut(self.state, self.loaded.event)
        self.become("power_cut", after)
        return fault

    def become(
        self,
        what: Verb | str,
        after: ShowState,
        nonce: str | None = None,
        cues: tuple[Cue, ...] = (),
        *,
        by_hand: bool = False,
    ) -> None:
        """Write that the show stands at ``after``, with the cues that fire by that; then stand there."""
        entered = after.visit != self.state.visit
        cues = self.due(after) if entered else cues
        self._written(
            what, lambda: self.journal.step(self.event, what, self.state, after, nonce, cues, by_hand=by_hand)
        )
        if entered:
            self._by_hand = replace(self._by_hand, lights=None, callout=None)
        if entered or after.phase is not self.state.phase:
            self._ticked = self._clock.monotonic()
        self.state = after
        self._checkpoint_ms = after.position_ms
        if not (self.standing.capture or self.standing.listen):
            self.leave = new_id()

    def move(self, after: ShowState) -> None:
        """Stand a little further on; only now and then written."""
        self.state = after
        cues = self.due(after)
        if cues:
            self.become("cues", after, cues=cues)

    def checkpoint(self) -> None:
        """Note the position, each second of it."""
        if self.loaded is not None and abs(self.state.position_ms - self._checkpoint_ms) >= _CHECKPOINT_MS:
            self._checkpoint_ms = self.state.position_ms
            loaded = self.loaded
            self._written("checkpoint", lambda: self.journal.checkpoint(loaded, self.state))

    def _written(self, what: str, write: Callable[[], None]) -> None:
        """Write; if the card refuses, PANIC and what happens by itself happen all the same."""
        try:
            write()
        except MatineeError as refused:
            if what not in _UNSTOPPABLE or not refused.key.startswith("store."):
                raise
            self.unsaved = refused
        else:
            self.unsaved = None

    def begin_anew(self) -> None:
        """The same event once more, as if nobody had come yet: offers closed, programme as it was loaded."""
        self.loaded = self.journal.load_again(self.event)
        self._restore()

    def due(self, state: ShowState) -> tuple[Cue, ...]:
        """Cues that fire by themselves at ``state``."""
        return due_now(self.event, state, self.moment(), self.journal)

    def change(self, change: Change, nonce: str | None) -> None:
        """Take up another version of the programme."""
        version = self.event.changed(change, self.state.current)
        self.loaded = self.journal.change(self.event, self.state, change, version, nonce)
        self._checkpoint_ms = self.state.position_ms

    def light(self, lighting: Lighting, nonce: str | None) -> None:
        """House lights by hand, until the next item."""
        self.journal.lights(self.event, self.state, lighting, nonce)
        self._by_hand = replace(self._by_hand, lights=lighting)

    def call_out(self, said: Callout | None, nonce: str | None) -> None:
        """Words over the picture, until the next item; None takes them off."""
        self.journal.callout(self.event, self.state, said, nonce)
        self._by_hand = replace(self._by_hand, callout=said)

    @property
    def callout(self) -> Callout | None:
        """What a hand put over the picture."""
        return self._by_hand.callout

    def turn(self, level: float, nonce: str | None) -> None:
        """Volume by hand, for the whole show."""
        self.journal.volume(self.event, self.state, level, nonce)
        self._by_hand = replace(self._by_hand, volume=level)

    @property
    def viewing(self) -> Viewing:
        """What a hand chose, else the manifest; open where neither says anything."""
        return Viewing() if self.loaded is None else self._by_hand.viewing.over(self.loaded.event.viewing)

    def choose(self, viewing: Viewing, nonce: str | None) -> None:
        """How films are read and heard, for the whole show; what is None stays as it was."""
        chosen = viewing.over(self._by_hand.viewing)
        self.journal.viewing(self.event, self.state, chosen, nonce)
        self._by_hand = replace(self._by_hand, viewing=chosen)

    @property
    def turned(self) -> float:
        """The volume that a hand set."""
        return self._by_hand.volume

    def believe_clock(self, nonce: str | None) -> None:
        """An operator says that this machine's time is right."""
        self.journal.clock_is_right(self.event, self.state, nonce)
        self._clock_told = True
