"""The director: the one place where verbs, time and the player's news change the running show."""

from __future__ import annotations

from dataclasses import replace

from appliance.clock import Clock
from appliance.config_house import HouseTable
from appliance.errors import MatineeError
from appliance.ids import CueId, ItemId
from appliance.manifest.packing_list import PackingList
from appliance.model import timeline
from appliance.model.callout import Callout
from appliance.model.change import Change
from appliance.model.cue import Cue
from appliance.model.lighting import Lighting
from appliance.model.picture import Screen, ScreenStatus
from appliance.model.show_view import Lease, Phase, ShowView, Verb
from appliance.model.viewing import Viewing
from appliance.show import concerns, leave, licensing, machine, passing, permitting, screen, viewing
from appliance.show.faults import Faults, not_shown
from appliance.show.journal import Journal
from appliance.show.machine import ShowState
from appliance.show.place import Place
from appliance.show.player_news import PlayerNews
from appliance.show.presses import ANYHOW, DoublePress, Pressed
from appliance.show.screen import Surroundings
from appliance.show.standing import Standing
from appliance.show.stock import NobodyTakes, Stock
from appliance.show.view import Room, view
from appliance.show.votes import NobodyAnswers, Votes
from appliance.store.show_rows import LoadedEvent

_TO_BE_BEGUN_ANEW = frozenset({Phase.NONE, Phase.STANDBY, Phase.OVER})


class Director:
    """Tells the show what to become. Every change is written before it is answered."""

    def __init__(
        self,
        journal: Journal,
        loaded: LoadedEvent | None,
        around: Surroundings,
        clock: Clock,
        room: Clock | None = None,
        stock: Stock | None = None,
        votes: Votes | None = None,
    ) -> None:
        """``clock`` is the show's own; it may run faster than ``room``, in which people and players live."""
        self._journal = journal
        self._around = around
        room = room or clock
        self._stock = stock or NobodyTakes()
        self._votes = votes or NobodyAnswers()
        self._faults = Faults()
        self._place = Place(journal, loaded, clock)
        self._player = PlayerNews(room)
        self._double = DoublePress(room)
        self._sought: tuple[str, int] | None = None
        power = self._place.come_back()
        if power is not None:
            self._faults.begin("power", power)

    def load(self, manifest: str, packing: PackingList, leaving: str = "") -> ShowView:
        """Take up an event; refused while a show runs, unless that is the show of event ``leaving``."""
        if self._place.state.phase not in _TO_BE_BEGUN_ANEW and self._place.event.event.id != leaving:
            raise MatineeError("show.running")
        self._place.load(manifest, packing)
        self._faults.clear()
        self._double.forget()
        return self.view()

    def press(self, verb: Verb, pressed: Pressed = ANYHOW) -> ShowView:
        """Carry out an operator's verb; the same nonce, or GO twice in a moment, is one act."""
        place = self._place
        programme = place.event.event.programme
        if self._journal.taken(pressed.nonce):
            return self.view()
        if self._double.bounces(verb):
            place.become(f"bounced:{verb}", place.state, pressed.nonce)
            return self.view()
        self._require_seen(pressed)
        after = machine.press(place.state, verb, programme)
        self._require_licensed(after)
        self._double.took(verb)
        if verb is Verb.STANDBY and place.state.visit > 0:
            place.begin_anew()
        else:
            place.become(verb, after, pressed.nonce)
        self._faults.end("power")
        self._faults.stands("store", self._place.unsaved)
        return self.view()

    def enter(self, item_id: ItemId, pressed: Pressed = ANYHOW) -> ShowView:
        """Go to an item of the programme, whatever is on."""
        items = self._place.event.event.programme.items
        item = next((item for item in items if item.id == item_id), None)
        if item is None:
            raise MatineeError("show.unknown_item", item=item_id)
        if not self._journal.taken(pressed.nonce):
            self._require_seen(pressed)
            after = machine.enter(self._place.state, item)
            self._require_licensed(after)
            self._place.become(f"entered:{item_id}", after, pressed.nonce)
        return self.view()

    def seek(self, position_ms: int, pressed: Pressed = ANYHOW) -> ShowView:
        """Go to a place in the film, or in a timed card; `take_sought` tells what the player must hear."""
        place, item = self._place, self._place.item
        length_ms = None if item is None else place.event.duration_ms(item)
        if item is None or length_ms is None or place.state.phase not in {Phase.RUNNING, Phase.PAUSED}:
            raise MatineeError("show.no_seek")
        if not self._journal.taken(pressed.nonce):
            self._require_seen(pressed)
            after = replace(place.state, position_ms=min(max(0, position_ms), length_ms))
            place.become(f"sought:{after.position_ms}", after, pressed.nonce, place.due(after))
            if item.is_film:
                self._sought = (passing.token(place.event, after.visit, item), after.position_ms)
        return self.view()

    def take_sought(self) -> tuple[str, int] | None:
        """Return a showing and the place in it that the player is to be told, once."""
        sought, self._sought = self._sought, None
        return sought

    def change(self, change: Change, nonce: str | None = None) -> ShowView:
        """Change the programme or its times; what is on the screen stays."""
        if not self._journal.taken(nonce):
            self._place.change(change, nonce)
        return self.view()

    def fire(self, cue_id: CueId, nonce: str | None = None) -> ShowView:
        """Fire a cue by name; a hand may repeat it."""
        cue = next((cue for cue in self._place.event.event.cues if cue.id == cue_id), None)
        if cue is None:
            raise MatineeError("show.unknown_cue", cue=cue_id)
        return self._fire(f"cue:{cue_id}", (cue,), nonce)

    def trigger(self, name: str, nonce: str | None = None) -> ShowView:
        """Another program says ``name``: fire what waits for it in this item."""
        found = timeline.triggered(self._place.event.event.cues, self._place.state.current, name)
        if not found:
            raise MatineeError("show.unknown_trigger", trigger=name)
        return self._fire(f"trigger:{name}", found, nonce)

    def lights(self, lighting: Lighting, nonce: str | None = None) -> ShowView:
        """House lights by hand, until the next item."""
        if not self._journal.taken(nonce):
            self._place.light(lighting, nonce)
        return self.view()

    def volume(self, level: float, nonce: str | None = None) -> ShowView:
        """Volume by hand, for the whole show: 0 silent, 1 full."""
        if not self._journal.taken(nonce):
            self._place.turn(level, nonce)
        return self.view()

    def call_out(self, said: Callout | None, nonce: str | None = None) -> ShowView:
        """Put words over what is on, or take them off; ``show.nothing_is_on`` where nobody would see them."""
        if not self._journal.taken(nonce):
            if said is not None and self.phase not in {Phase.RUNNING, Phase.PAUSED}:
                raise MatineeError("show.nothing_is_on")
            self._place.call_out(said, nonce)
        return self.view()

    def choose(self, choice: Viewing, nonce: str | None = None) -> ShowView:
        """How films are read and heard tonight; what is None in it stays as it was."""
        if not self._journal.taken(nonce):
            self._place.choose(choice, nonce)
        return self.view()

    def believe_clock(self, nonce: str | None = None) -> ShowView:
        """An operator says that this box shows the right time; so it is until the box starts again."""
        if self._place.loaded is not None and not self._journal.taken(nonce):
            self._place.believe_clock(nonce)
        return self.view()

    def lease(self) -> Lease:
        """What cameras and the microphone may do for the next moment, see ``leave``."""
        return leave.granted(self._place, self.standing(), self._player, self.wanted().now.token)

    def see(self, status: ScreenStatus | None) -> None:
        """Take in what the player says; None: it does not answer."""
        if status is not None:
            self._player.hear(status, runs=self.phase is Phase.RUNNING)
            self._faults.end("player")
        elif self._player.fresh is None:
            self._faults.begin("player", MatineeError("show.player_away"))
        self.tick()

    def tick(self) -> None:
        """Let time pass: positions move, cues fire, items end."""
        place = self._place
        moment = place.passing_moment()
        if place.loaded is None or place.state.phase is Phase.PANIC:
            return
        programme = place.loaded.event.programme
        concerns.say(self._faults, place.loaded, place.state, moment)
        passed = passing.passed(place.loaded, place.state, self._player.fresh, moment)
        place.move(passed.state)
        if passed.failed and place.item is not None:
            self._faults.begin(place.item.id, not_shown(place.item, passed.failed))
        if passed.ends:
            self._go_on("failed" if passed.failed else "finished", machine.finish(place.state, programme))
        elif passed.enters:
            self._go_on("time", machine.enter_next(place.state, programme))
        place.checkpoint()
        self._faults.stands("store", self._place.unsaved)

    def stands(self) -> tuple[object, ...]:
        """Where the show stands, without what merely passes: when it differs, followers should look."""
        place, loaded = self._place, self._place.loaded
        on = (loaded.show, loaded.version) if loaded else None
        return (on, place.state.phase, place.state.visit, self.standing(), self._faults.sentences())

    @property
    def phase(self) -> Phase:
        """Which the show is in."""
        return self._place.state.phase

    @property
    def event(self) -> str:
        """Id of the event that is on; empty while none is."""
        loaded = self._place.loaded
        return "" if loaded is None else loaded.event.id

    def wanted(self) -> Screen:
        """What shall stand on the screen now."""
        place = self._place
        if place.loaded is None:
            return screen.idle(self._around)
        left = self._stock.left(place.loaded.event)
        around = replace(self._around, house=self._house, votes=self._votes.counts(place.loaded))
        wanted = screen.wanted(place.loaded, place.state, around, self.standing(), left, self._player.failed)
        following = place.loaded.event.programme.after(place.state.current)
        if licensing.refused(place.loaded, following, place.moment()) is not None:
            return replace(wanted, next=None)
        return wanted

    def standing(self) -> Standing:
        """What shall stand in the room now: lights, sound, cameras, what lies over the picture."""
        stands = viewing.lit(self._place.standing, self._house)
        return replace(stands, listen_notice=stands.listen and self._player.stood_s < screen.NOTICE_S)

    def view(self) -> ShowView:
        """Everything a remote shows."""
        place, loaded = self._place, self._place.loaded
        room = Room(
            status=self._player.last,
            player=self._player.state,
            standing=self.standing(),
            fired=place.fired(),
            open_drops=self._journal.open_drops(),
            call=self._journal.call(),
            waits_s=passing.waits_s(loaded, place.state, place.moment()) if loaded else None,
            faults=self._faults.sentences(),
            turned=place.turned,
            viewing=viewing.chosen(self._house),
            callout=place.callout,
        )
        return view(loaded, place.state, room)

    @property
    def _house(self) -> HouseTable:
        """The house as it is tonight."""
        return viewing.tonight(self._around.house, self._place.viewing)

    def _fire(self, what: str, cues: tuple[Cue, ...], nonce: str | None) -> ShowView:
        if not self._journal.taken(nonce):
            self._place.become(what, self._place.state, nonce, cues, by_hand=True)
        return self.view()

    def _go_on(self, what: str, after: ShowState) -> None:
        """Become ``after``, unless that enters a film that must not be shown: then stand and wait."""
        place = self._place
        refused = self._refusal(after)
        if refused is None and after.visit != place.state.visit:
            self._double.took(Verb.GO)  # pressed for the item that has just ended, it would skip this one
        place.become(what, after if refused is None else machine.stand_instead(place.state))

    def _require_licensed(self, after: ShowState) -> None:
        if (refused := self._refusal(after)) is not None:
            raise refused

    def _refusal(self, after: ShowState) -> MatineeError | None:
        place = self._place
        calls = place.state.phase is Phase.STANDBY and after.phase is Phase.WAITING
        if after.visit == place.state.visit and not calls:
            return None
        unpermitted = permitting.refused(place.event, place.state, place.moment())
        if calls:
            return unpermitted
        item = after.item(place.event.event.programme)
        return unpermitted or licensing.refused(place.event, item, place.moment())

    def _require_seen(self, pressed: Pressed) -> None:
        if pressed.visit is not None and pressed.visit != self._place.state.visit:
            raise MatineeError("show.moved_on")
