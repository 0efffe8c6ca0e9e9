"""Decides what stands on the screen: from the first card on, something always does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from appliance.clock import Clock
from appliance.model.picture import Card, Film, Picture, Screen, ScreenStatus, Stream
from appliance.player.awaited import Awaited
from appliance.player.away import Away
from appliance.player.card_wall import CardWall
from appliance.player.display import Display, Slot
from appliance.player.engine import Ended, EngineEvent, Failed, Passed, Prepared
from appliance.player.faults import Faults, calm_card, stand_in
from appliance.player.handover import HandOver, runs_on
from appliance.player.looping import showing, turning
from appliance.player.panel_wall import PanelWall
from appliance.player.remarks import Remarks
from appliance.player.slots import Slots

_EARLY = "This film ended early; the file may be cut off. Import it again."
_STALLED = "This film stood still twice. Convert or replace it."


class Stage:
    """Put a `Screen`, then call `tick` some 50 times a second; `status` tells what stands."""

    def __init__(
        self,
        display: Display,
        slots: Slots,
        wall: CardWall,
        clock: Clock,
        ring: Callable[[], None],
        remarks: Remarks | None = None,
        refusal: Callable[[str], str | None] = lambda _path: None,
    ) -> None:
        """``ring`` is called when something happened that the show wants to know.

        ``remarks`` are what plays, but not as asked; ``refusal`` says why a file must not be opened.
        """
        self._remarks = remarks or Remarks()
        self._away = Away(clock, self._remarks)
        self._awaited = Awaited(clock)
        self._display = display
        self._slots = slots
        self._wall = wall
        self._ring = ring
        self._ending: str | None = None
        self._handover = HandOver(slots)
        self._screen: Screen | None = None
        self._standing: str | None = None
        self._seen: Slot | None = None
        self._over: deque[str] = deque(maxlen=64)
        self._revived: deque[str] = deque(maxlen=64)
        self._panels = PanelWall(display)
        self._faults = Faults(refusal)

    def show(self, screen: Screen) -> ScreenStatus:
        """Want this. A token that is there already is adjusted (pause, rate, loudness, words), not restarted.

        ``start_ms`` matters when a film is opened; `seek` moves one that is there.
        """
        self._screen = self._rolled_on(turning(screen, self._screen))
        self._slots.fade(screen.volume, screen.fade_s, screen.loudest)
        for picture in (self._screen.now, self._screen.next):
            if self._faults.refuse(picture):
                self._ring()
            self._adjust(picture)
        self._settle(self._screen)
        return self.status()

    def seek(self, token: str, position_ms: int) -> ScreenStatus:
        """Go to ``position_ms`` of the film that is seen; nothing happens if that is not ``token``."""
        if self._seen is not None and self._standing and showing(self._standing) == token:
            self._slots.seek(self._seen, position_ms)
        return self.status()

    def tick(self) -> None:
        """Follow the display, the engines and the clock."""
        self._display.refresh()
        self._wall.tick()
        self._slots.tick()
        for slot, event in list(self._slots.take_events()):
            self._follow(slot, event)
        self._hand_over()
        stalled = self._slots.stalled(self._seen) if self._seen is not None else None
        if isinstance(stalled, Film) and self._seen is not None:
            self._revive(self._seen, stalled)
        elif stalled is not None and self._seen is not None:
            self._fail(self._seen, stalled.token, "")
        if self._screen is not None:
            self._settle(self._screen)

    @property
    def resting(self) -> bool:
        """Whether the card that was asked for stands, does not count, and no film is getting ready."""
        now = self._screen.now if self._screen is not None else None
        stands = isinstance(now, Card) and self._seen is None and self._standing == now.token
        return stands and not self._wall.counts and self._slots.settled

    @property
    def film(self) -> str | None:
        """Path of the film that is seen; None while a card is."""
        now = self._screen.now if self._screen is not None else None
        return now.path if self._seen is not None and isinstance(now, Film) else None

    def due_s(self) -> float | None:
        """Seconds until the next `tick` should be, where the usual fifty a second would be too coarse."""
        if self._seen is None or self._standing in self._over:
            return None
        return self._handover.due_s(self._seen)

    def status(self) -> ScreenStatus:
        """What stands, and how far it is."""
        status = ScreenStatus(
            token=showing(self._standing or "") or None,
            pictures_shown=self._slots.pictures_shown() + self._wall.pictures_shown,
            failed=self._faults.all(),
            remarks=(*self._remarks.all(), *self._awaited.remarks()),
            display=self._display.name,
            width=self._display.size[0],
            height=self._display.size[1],
        )
        if self._standing is None:
            return status
        if self._seen is None:
            position_ms, duration_ms, playing = self._wall.progress()
            return replace(
                status, kind="card", position_ms=position_ms, duration_ms=duration_ms, playing=playing
            )
        progress = self._slots.progress(self._standing)
        return replace(
            status,
            kind="stream" if self._screen is not None and self._screen.streams(self._standing) else "film",
            position_ms=progress.position_ms,
            duration_ms=progress.duration_ms,
            playing=progress.rolling,
            ended=self._standing in self._over and self._standing == showing(self._standing),
        )

    def _rolled_on(self, screen: Screen) -> Screen:
        """Read ``now`` as ``next`` once ``now`` is over: the show may not have heard yet."""
        if screen.now.token in self._over and screen.next is not None:
            return turning(replace(screen, now=screen.next, next=None))
        return screen

    def _adjust(self, picture: Picture | None) -> None:
        match picture:
            case Film(token=token) if (slot := self._slots.find(token)) is not None:
                self._slots.adjust(slot, picture, seen=slot is self._seen)
            case Card(token=token) if (
                token == self._standing and self._seen is None and token not in self._faults
            ):
                self._wall.adjust(picture)
            case Stream(token=token) if token == self._standing and self._seen is None:
                self._wall.adjust(stand_in(picture))
            case _:
                pass

    def _follow(self, slot: Slot, event: EngineEvent) -> None:
        match event:
            case Prepared():
                pass
            case Failed(token=token, reason=reason):
                self._fail(slot, token, reason)
            case Ended(token=token, early=early):
                if early:
                    self._faults.add(token, _EARLY)
                self._ending = token
            case Passed(token=token):
                self._end(token)
            case _:
                assert_never(event)

    def _hand_over(self) -> None:
        token = self._standing
        if self._seen is None or self._screen is None or not token or token in self._over:
            return
        ended = self._ending == token
        cut_off = ended and token in self._faults
        if cut_off or self._handover.is_over(token, self._seen, self._screen, ended=ended):
            self._end(token)

    def _end(self, token: str) -> None:
        self._ending = None
        self._over.append(token)
        if self._screen is not None:
            self._screen = self._rolled_on(self._screen)
            self._settle(self._screen)
        self._ring()

    def _fail(self, slot: Slot, token: str, reason: str) -> None:
        streams = self._screen is not None and self._screen.streams(token)
        if streams:  # it may come back; until then its card stands
            self._away.gone(token)
        else:
            self._faults.add(token, reason)
        self._ring()  # first: letting go of what hangs may take a moment
        if streams or slot is not self._seen:
            self._slots.unload(slot)

    def _revive(self, slot: Slot, film: Film) -> None:
        """Open a stalled film again where it stands, once; its last picture stays until then."""
        other = self._slots.free({slot})
        if film.token in self._revived or other is None:
            self._fail(slot, film.token, _STALLED)
            return
        self._revived.append(film.token)
        self._slots.move(slot, other)

    def _settle(self, screen: Screen) -> None:
        """Bring what stands one step nearer to what is wanted."""
        now = screen.now
        if isinstance(now, Film) and now.token not in self._faults:
            self._stand_film(now, screen)
        elif isinstance(now, Stream) and now.token not in self._faults:
            self._stand_stream(now, screen)
        elif self._standing != now.token or self._seen is not None:
            self._stand_card(stand_in(now), screen)
        if self._standing == now.token:
            self._get_ready(screen)
        # Panels lie over what was asked for, not over the calm card of a fault.
        asked = self._standing == now.token and self._standing not in self._faults
        self._panels.show(screen.overlays if asked else ())

    def _stand_card(self, card: Card, screen: Screen, waiting: Slot | None = None) -> None:
        self._remarks.look_at(card)
        self._awaited.over()
        self._wall.show(card)
        self._seen, self._standing = None, card.token
        self._slots.keep_only({waiting, self._slots.find(screen.next.token) if screen.next else None})
        self._ring()

    def _stand_stream(self, stream: Stream, screen: Screen) -> None:
        slot = self._slots.find(stream.token)
        if slot is not None and self._slots.ready(slot):
            if slot is not self._seen:
                self._away.there(stream.token)
                self._raise(slot, stream, screen)
            return
        if self._standing != stream.token or self._seen is not None:
            self._stand_card(stand_in(stream), screen, slot)
        if slot is None:
            self._open(stream, set())

    def _open(self, picture: Film | Stream, kept: set[Slot | None]) -> None:
        """Let ``picture`` get ready, unseen, where there is room beside ``kept``."""
        free = self._slots.free(kept)
        if free is not None and self._away.may_open(picture.token):
            self._slots.load(free, picture)

    def _stand_film(self, film: Film, screen: Screen) -> None:
        slot = self._slots.find(film.token)
        if slot is None:
            if film.token not in self._over:
                self._open(film, {self._seen})
        elif slot is self._seen:
            self._awaited.over()
            if self._standing != film.token:  # a reel ran on
                self._standing = film.token
                self._ring()
        elif self._slots.ready(slot):
            self._raise(slot, film, screen)
        elif reason := self._given_up(film, slot):
            self._fail(slot, film.token, reason)
        elif self._awaited.needs_card(film.token) and self._standing:
            self._wait_behind_card(slot)

    def _given_up(self, film: Film, slot: Slot) -> str | None:
        slots = self._slots
        return self._awaited.given_up(film.token, slots.undrawn_s(slot), slots.opening_s(slot))

    def _wait_behind_card(self, slot: Slot) -> None:
        """The calm card stands while the film gets ready; nobody asked for the card, so it has no token."""
        self._wall.show(calm_card(""))
        self._seen, self._standing = None, ""
        self._slots.keep_only({slot})
        self._ring()

    def _raise(self, slot: Slot, picture: Film | Stream, screen: Screen) -> None:
        self._awaited.over()
        self._display.raise_slot(slot)
        if not (isinstance(picture, Film) and picture.paused):
            self._slots.start(slot)
        self._wall.lower()
        self._seen, self._standing = slot, picture.token
        self._slots.keep_only({slot, self._slots.find(screen.next.token) if screen.next else None})
        self._ring()

    def _get_ready(self, screen: Screen) -> None:
        """Prepare what comes next, unseen."""
        following = runs_on(screen)
        if self._seen is not None:
            self._slots.follow_with(self._seen, following)
            if following is not None:
                return
        match screen.next:
            case Card() as card:
                self._wall.hang(card)
            case Film() | Stream() as later if later.token not in self._faults:
                if self._slots.find(later.token) is None:
                    self._open(later, {self._seen})
            case _:
                pass
