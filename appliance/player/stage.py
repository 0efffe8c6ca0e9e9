"""Decides what stands on the screen: from the first card on, something always does."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import assert_never

from appliance.clock import Clock
from appliance.model.picture import Card, Film, Picture, Screen, ScreenStatus
from appliance.player.card_wall import CardWall
from appliance.player.display import Display, Slot
from appliance.player.engine import Ended, Failed, Prepared
from appliance.player.faults import Faults, calm_card
from appliance.player.slots import Slots

PATIENCE_S = 1.8
"""A film whose picture is not there by then has failed: the calm card stands within 2 s."""
_LAST_PICTURE_S = 0.09
_EARLY = "This film ended early; the file may be cut off. Import it again."
_LATE = "This film did not start in time. Convert or replace it."
_STALLED = "This film stood still twice. Convert or replace it."


class Stage:
    """Put a `Screen`, then call `tick` some 50 times a second; `status` tells what stands."""

    def __init__(
        self, display: Display, slots: Slots, wall: CardWall, clock: Clock, ring: Callable[[], None]
    ) -> None:
        """``ring`` is called when something happened that the show wants to know."""
        self._display = display
        self._slots = slots
        self._wall = wall
        self._clock = clock
        self._ring = ring
        self._ending: tuple[str, float] | None = None
        self._screen: Screen | None = None
        self._standing: str | None = None
        self._seen: Slot | None = None
        self._over: deque[str] = deque(maxlen=64)
        self._revived: deque[str] = deque(maxlen=64)
        self._faults = Faults()

    def show(self, screen: Screen) -> ScreenStatus:
        """Want this. A token that is there already is adjusted (pause, rate, loudness, words), not restarted.

        ``start_ms`` matters when a film is opened; `seek` moves one that is there.
        """
        self._screen = self._rolled_on(screen)
        for picture in (self._screen.now, self._screen.next):
            self._adjust(picture, screen.volume)
        self._settle(self._screen)
        return self.status()

    def seek(self, token: str, position_ms: int) -> ScreenStatus:
        """Go to ``position_ms`` of the film that is seen; nothing happens if that is not ``token``."""
        if self._seen is not None and self._standing == token and self._slots.find(token) is self._seen:
            self._slots.seek(self._seen, position_ms)
        return self.status()

    def tick(self) -> None:
        """Follow the display, the engines and the clock."""
        self._display.refresh()
        self._wall.tick()
        self._let_last_picture_stand()
        for slot, event in list(self._slots.take_events()):
            self._follow(slot, event)
        stalled = self._slots.stalled(self._seen) if self._seen is not None else None
        if stalled is not None and self._seen is not None:
            self._revive(self._seen, stalled)
        if self._screen is not None:
            self._settle(self._screen)

    def status(self) -> ScreenStatus:
        """What stands, and how far it is."""
        status = ScreenStatus(
            token=self._standing or None,
            pictures_shown=self._slots.pictures_shown() + self._wall.pictures_shown,
            failed=self._faults.all(),
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
            kind="film",
            position_ms=progress.position_ms,
            duration_ms=progress.duration_ms,
            playing=progress.rolling,
            ended=self._standing in self._over,
        )

    def _rolled_on(self, screen: Screen) -> Screen:
        """Read ``now`` as ``next`` once ``now`` is over: the show may not have heard yet."""
        if screen.now.token in self._over and screen.next is not None:
            return Screen(screen.next, None, screen.volume)
        return screen

    def _adjust(self, picture: Picture | None, volume: float) -> None:
        match picture:
            case Film(token=token) if (slot := self._slots.find(token)) is not None:
                self._slots.adjust(slot, picture, volume, seen=slot is self._seen)
            case Card(token=token) if (
                token == self._standing and self._seen is None and token not in self._faults
            ):
                self._wall.adjust(picture)
            case _:
                pass

    def _follow(self, slot: Slot, event: Prepared | Ended | Failed) -> None:
        match event:
            case Prepared():
                pass
            case Failed(token=token, reason=reason):
                self._fail(slot, token, reason)
            case Ended(token=token, early=early):
                if early:
                    self._faults.add(token, _EARLY)
                self._ending = (token, self._clock.monotonic())
                self._let_last_picture_stand()
            case _:
                assert_never(event)

    def _let_last_picture_stand(self) -> None:
        """End a film once its last picture stood its time: libVLC may tell the end before showing it."""
        stood = self._seen is None or self._slots.last_picture_stood(self._seen)
        if self._ending is None:
            return
        token, told_at = self._ending
        if stood or self._clock.monotonic() - told_at > _LAST_PICTURE_S:
            self._ending = None
            self._over.append(token)
            if self._screen is not None:
                self._screen = self._rolled_on(self._screen)
            self._ring()

    def _fail(self, slot: Slot, token: str, reason: str) -> None:
        self._faults.add(token, reason)
        if slot is not self._seen:
            self._slots.unload(slot)
        self._ring()

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
        elif self._standing != now.token or self._seen is not None:
            self._stand_card(now if isinstance(now, Card) else calm_card(now.token), screen)
        if self._standing == now.token:
            self._get_ready(screen)

    def _stand_card(self, card: Card, screen: Screen) -> None:
        self._wall.show(card)
        self._seen, self._standing = None, card.token
        self._slots.keep_only({self._slots.find(screen.next.token) if screen.next else None})
        self._ring()

    def _stand_film(self, film: Film, screen: Screen) -> None:
        slot = self._slots.find(film.token)
        if slot is None:
            if film.token not in self._over and (free := self._slots.free({self._seen})) is not None:
                self._slots.load(free, film, screen.volume)
        elif slot is not self._seen:
            if self._slots.ready(slot):
                self._raise(slot, film, screen)
            elif self._slots.waiting_s(slot) > PATIENCE_S:
                self._fail(slot, film.token, _LATE)

    def _raise(self, slot: Slot, film: Film, screen: Screen) -> None:
        self._display.raise_slot(slot)
        if not film.paused:
            self._slots.start(slot)
        self._wall.lower()
        self._seen, self._standing = slot, film.token
        self._slots.keep_only({slot, self._slots.find(screen.next.token) if screen.next else None})
        self._ring()

    def _get_ready(self, screen: Screen) -> None:
        """Prepare what comes next, unseen."""
        match screen.next:
            case None:
                pass
            case Card() as card:
                self._wall.hang(card)
            case Film() as film if film.token not in self._faults and self._slots.find(film.token) is None:
                free = self._slots.free({self._seen})
                if free is not None:
                    self._slots.load(free, film, screen.volume)
            case Film():
                pass
