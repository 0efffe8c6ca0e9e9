"""Ask the console."""

from __future__ import annotations

import msgspec

from appliance.ipc.client import ControlClient
from appliance.paths import Paths, Service

_PATIENCE_S = 5.0


class LetInWish(msgspec.Struct, frozen=True):
    """Body of ``POST /let-in`` and ``/let-in/look``: the token of a staff QR, and who opened it."""

    token: str
    address: str


class Looked(msgspec.Struct, frozen=True):
    """Nothing is told to who only looks."""


class LetIn(msgspec.Struct, frozen=True):
    """Where a device goes on that was let in."""

    url: str
    trusted: bool
    """Whether it will see no warning there."""


class FirstLight(msgspec.Struct, frozen=True):
    """What the projector says of a box while no evening runs on it."""

    qr: str = ""
    """The way in for its organiser; empty: there is nothing to pair."""
    lines: tuple[str, ...] = ()


class ConsoleClient:
    """What other services ask of the console."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.CONSOLE, _PATIENCE_S)

    def look(self, token: str, address: str) -> None:
        """The device at ``address`` has the button before it: for a minute it is that device's."""
        self._control.ask("POST", "/let-in/look", Looked, LetInWish(token, address))

    def let_in(self, token: str, address: str) -> LetIn:
        """Let the device at ``address`` open the console; ``console.not_invited`` if the token is no good.

        ``console.invitation_held`` if another device has it open just now. Also what the network says:
        without it nobody is let in.
        """
        return self._control.ask("POST", "/let-in", LetIn, LetInWish(token, address))

    def first_light(self) -> FirstLight:
        """What the projector says now: the next thing to do, and how the box is."""
        return self._control.ask("GET", "/first-light", FirstLight)
