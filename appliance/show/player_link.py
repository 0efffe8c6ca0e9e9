"""Keeps the player showing what the show wants, on a thread of its own: a hung player holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import msgspec

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ipc.player_client import PlayerClient
from appliance.model.picture import Card, Film, Picture, Screen, ScreenStatus, Stream

_INTERVAL_S = 0.1
_REST_S = 0.5
"""While the card that was asked for stands and does not count: the player rings when something happens."""

Seen = Callable[[ScreenStatus | None], None]


class PlayerLink:
    """Asks ten times a second, twice while a card rests; at once when the screen changes or a bell rings."""

    def __init__(self, player: PlayerClient, clock: Clock, seen: Seen) -> None:
        """``seen`` is told each status, or None while the player does not answer; it must only enqueue."""
        self._player = player
        self._clock = clock
        self._seen = seen
        self._wanted: Screen | None = None
        self._put: Screen | None = None
        self._seek: tuple[str, int] | None = None
        self._wake = threading.Event()
        self._status: ScreenStatus | None = None
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="player-link", daemon=True)

    def start(self) -> None:
        """Begin asking."""
        self._thread.start()

    def stop(self) -> None:
        """End; waits for the request that is under way."""
        self._stopping = True
        self._wake.set()
        self._thread.join(4)

    def want(self, screen: Screen) -> None:
        """Say what shall stand on the screen; positions in it only matter to a player that restarted."""
        before, self._wanted = self._wanted, screen
        if before is None or _settled(screen) != _settled(before):
            self._wake.set()  # not for what a player that is away was not told: that has its time

    def seek(self, token: str, position_ms: int) -> None:
        """Bring the showing ``token`` to a place; a player that is away is put there when it is back."""
        self._seek = (token, position_ms)
        self._wake.set()

    def wake(self) -> None:
        """Look at the player now."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stopping:
            self._clock.wait(self._wake, _REST_S if self._resting() else _INTERVAL_S)
            self._wake.clear()
            try:
                status = self._status = self._exchange()
                if self._seek is None:  # else it speaks of a place that was left
                    self._seen(status)
            except MatineeError:
                self._put = self._status = None  # whoever answers next must be told again
                self._seen(None)

    def _resting(self) -> bool:
        wanted, status = self._wanted, self._status
        if wanted is None or status is None or not isinstance(wanted.now, Card):
            return False
        return status.token == wanted.now.token and status.kind == "card" and not status.playing

    def _exchange(self) -> ScreenStatus:
        seek, self._seek = self._seek, None
        if seek is not None:
            self._player.seek(*seek)
        wanted = self._wanted
        if wanted is not None and _settled(wanted) != self._put:
            status = self._player.show(wanted)
            self._put = _settled(wanted)
            return status
        status = self._player.status()
        if wanted is not None and status.token is None:
            status = self._player.show(wanted)  # it restarted between two looks
        return status


def _settled(screen: Screen) -> Screen:
    """Return ``screen`` without what passes by itself: positions and countdowns."""
    following = None if screen.next is None else _still(screen.next)
    return replace(screen, now=_still(screen.now), next=following)


def _still(picture: Picture) -> Picture:
    match picture:
        case Film():
            return msgspec.structs.replace(picture, start_ms=0)
        case Card():
            return msgspec.structs.replace(picture, remaining_ms=None)
        case Stream(card=card):
            return msgspec.structs.replace(picture, card=msgspec.structs.replace(card, remaining_ms=None))
