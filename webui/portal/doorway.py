"""Who has made their last tap, and telling the network: it lets go, the portal only remembers meanwhile."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.front.captive import Standing
from appliance.model.network_view import ClientView

_FRESH_S = 1.0
_QUIET_S = 5.0
"""So long a network service that did not answer is left alone: no page waits for it again and again."""
_FORGET_S = 7200.0
_MOST = 4096


class Network(Protocol):
    """What the doorway asks of the network service."""

    def client(self, address: str) -> ClientView:
        """How a device stands."""
        ...

    def release(self, address: str) -> ClientView:
        """Let it go as far as the rule of tonight allows."""
        ...


@dataclass(frozen=True, slots=True)
class _Seen:
    view: ClientView
    at: float
    tapped: bool = False
    """It made its last tap here."""
    told: bool = False
    """The network knows of that."""


class Doorway:
    """Asks the network service, and goes on without it. In memory only; safe to use from any thread."""

    def __init__(self, network: Network, clock: Clock) -> None:
        """Nobody has come yet."""
        self._network = network
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, _Seen] = OrderedDict()
        self._quiet_until = 0.0

    def standing(self, address: str | None) -> Standing:
        """How far the device at ``address`` has come; of nobody: as new."""
        view = self.view(address)
        if not view.finished:
            return Standing.NEW
        return Standing.ONLINE if view.online else Standing.OFFLINE

    def view(self, address: str | None) -> ClientView:
        """What the network says of it, at most a second old; without the network, what is remembered here."""
        if address is None:
            return ClientView("")
        seen = self._recalled(address)
        if self._clock.monotonic() - seen.at >= _FRESH_S:
            seen = self._keep(address, self._looked_at(address, seen))
        return seen.view

    def tapped(self, address: str | None) -> None:
        """Its last tap: "signed up", or "no thanks". The network is told now, or when it is back."""
        if address is None:
            return
        seen = replace(
            self._recalled(address), view=ClientView(address, finished=True), tapped=True, told=False
        )
        self._keep(address, self._released(address, seen))

    def _looked_at(self, address: str, seen: _Seen) -> _Seen:
        view = self._asked(lambda: self._network.client(address))
        if view is None or view.finished:
            return seen if view is None else replace(seen, view=view)
        if seen.tapped and seen.told:  # the network began anew with it: so do we
            return _Seen(view, seen.at)
        return self._released(address, seen) if seen.tapped else replace(seen, view=view)

    def _released(self, address: str, seen: _Seen) -> _Seen:
        view = self._asked(lambda: self._network.release(address))
        return seen if view is None else replace(seen, view=view, told=True)

    def _asked(self, question: Callable[[], ClientView]) -> ClientView | None:
        """The answer; None if there is none now, or it knows no such device (it came by another way)."""
        if self._clock.monotonic() < self._quiet_until:
            return None
        try:
            return question()
        except MatineeError as fault:
            if fault.key != "network.unknown_client":
                self._quiet_until = self._clock.monotonic() + _QUIET_S
            return None

    def _recalled(self, address: str) -> _Seen:
        now = self._clock.monotonic()
        with self._lock:
            seen = self._seen.get(address)
        if seen is None or now - seen.at > _FORGET_S:
            return _Seen(ClientView(address), now - _FRESH_S)
        return seen

    def _keep(self, address: str, seen: _Seen) -> _Seen:
        """Remember it; a tap that came meanwhile, and is not told yet, stays. Return what is remembered."""
        with self._lock:
            stored = self._seen.get(address)
            if stored is not None and stored.at > seen.at and stored.tapped and not stored.told:
                seen = stored
            self._seen[address] = replace(seen, at=self._clock.monotonic())
            self._seen.move_to_end(address)
            if len(self._seen) > _MOST:
                self._seen.popitem(last=False)
        return seen
