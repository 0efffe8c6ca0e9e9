"""One eye on the evening for all remotes: it asks the services and wakes whoever watches."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeVar

from appliance.clock import Clock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.player_client import PlayerClient
from appliance.ipc.show_client import ShowClient
from appliance.ipc.sync_client import SyncClient
from appliance.model.show_view import ShowView
from webui.console.house import House
from webui.console.remote_view import Glimpse, RemoteView, remote_view

MOST_FOLLOWERS = 8
_LOOK_S = 0.25
_IDLE_S = 0.5
_ROUND_S = 1.0
_USED_UP_S = 1.5

Answer = TypeVar("Answer")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """Whom it asks."""

    show: ShowClient
    player: PlayerClient
    capture: CaptureClient
    sync: SyncClient
    network: NetworkClient


class Watch:
    """Threads of its own: quick ones for show and player, a slow one for everything else."""

    def __init__(self, services: Services, house: House, config: Config, clock: Clock) -> None:
        """Nothing runs before ``start``."""
        self._services = services
        self._house = house
        self._clock = clock
        self._changed = threading.Condition()
        self._glimpse = Glimpse(lights=config.lights, usual=config.house)
        self._nonce = new_secret()
        self._view = remote_view(self._glimpse, self._nonce)
        self._stands: object = None
        self._used_at: float | None = None
        self._followers = 0
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._loop, args=(name, look, wait), name=name, daemon=True)
            for name, look, wait in (
                ("watch-show", self.look, self._pace_s),
                ("watch-player", self.look_at_player, self._pace_s),
                ("watch-house", self.look_around, lambda: _ROUND_S),
            )
        ]

    def start(self) -> None:
        """Begin to look."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop looking, and wake whoever waits."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()

    def look(self) -> RemoteView:
        """Ask the show now."""
        answer = _ask(self._services.show.status)
        with self._changed:
            self._take(answer)
            return self._view

    def take(self, show: ShowView) -> RemoteView:
        """Take in what the show just answered to a verb."""
        with self._changed:
            self._take(show)
            return self._view

    def look_at_player(self) -> RemoteView:
        """Ask the player whether it is there: the show would take a moment longer to miss it."""
        away = _ask(self._services.player.status) is None
        with self._changed:
            self._become(replace(self._glimpse, player_away=away))
            return self._view

    def look_around(self) -> RemoteView:
        """Ask everybody but the show now."""
        house = self._house.look()
        capture = _ask(self._services.capture.status)
        clips = None if capture is None else _ask(self._services.capture.clips)
        sync, network = _ask(self._services.sync.status), _ask(self._services.network.status)
        with self._changed:
            known = self._glimpse.clips if clips is None else tuple(clips)
            self._become(
                replace(self._glimpse, house=house, capture=capture, clips=known, sync=sync, network=network)
            )
            return self._view

    def went(self) -> None:
        """A GO was taken: its nonce is spent, and a moment later there is another."""
        with self._changed:
            self._used_at = self._clock.monotonic()

    @contextmanager
    def following(self) -> Iterator[None]:
        """Count somebody who follows; ``console.too_many_viewers`` for one too many."""
        with self._changed:
            if self._followers >= MOST_FOLLOWERS:
                raise MatineeError("console.too_many_viewers", most=MOST_FOLLOWERS)
            self._followers += 1
        try:
            yield
        finally:
            with self._changed:
                self._followers -= 1

    def wait(self, seen: RemoteView | None, timeout_s: float) -> RemoteView:
        """Return the view as soon as it differs from ``seen``, or as it is after ``timeout_s``."""
        with self._changed:
            self._changed.wait_for(lambda: self._stopping.is_set() or self._view != seen, timeout_s)
            return self._view

    @property
    def stopped(self) -> bool:
        """Whether this is the end."""
        return self._stopping.is_set()

    def _take(self, show: ShowView | None) -> None:
        if show is None:
            self._become(replace(self._glimpse, show_away=True))
            return
        stands = (show.show, show.phase, show.index)
        spent = self._used_at is not None and self._clock.monotonic() - self._used_at > _USED_UP_S
        if stands != self._stands or spent:
            self._stands, self._nonce, self._used_at = stands, new_secret(), None
        self._become(replace(self._glimpse, show=show, show_away=False))

    def _become(self, glimpse: Glimpse) -> None:
        self._glimpse = glimpse
        self._view = remote_view(glimpse, self._nonce)
        self._changed.notify_all()

    def _pace_s(self) -> float:
        return _LOOK_S if self._followers else _IDLE_S

    def _loop(self, name: str, look: Callable[[], RemoteView], pace_s: Callable[[], float]) -> None:
        failing = False
        while not self._stopping.is_set():
            try:
                look()
                failing = False
            except Exception:  # noqa: BLE001 the one net below this service's own threads
                if not failing:
                    _log.exception("watching failed thread=%s", name)
                failing = True
            self._clock.wait(self._stopping, pace_s())


def _ask(question: Callable[[], Answer]) -> Answer | None:
    try:
        return question()
    except MatineeError:
        return None
