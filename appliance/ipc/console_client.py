"""Ask the console."""

from __future__ import annotations

import msgspec

from appliance.ipc.client import ControlClient
from appliance.paths import Paths, Service

_PATIENCE_S = 5.0


class LetInWish(msgspec.Struct, frozen=True):
    """Body of ``POST /let-in``: the token of a staff QR, and the device that opened it."""

    token: str
    address: str


class LetIn(msgspec.Struct, frozen=True):
    """Where a device goes on that was let in."""

    url: str
    trusted: bool
    """Whether it will see no warning there."""


class Invitation(msgspec.Struct, frozen=True):
    """What the projector shows of a box that nobody runs yet; empty: somebody does."""

    url: str = ""


class ConsoleClient:
    """What other services ask of the console."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is opened until something is asked."""
        self._control = ControlClient(paths, Service.CONSOLE, _PATIENCE_S)

    def let_in(self, token: str, address: str) -> LetIn:
        """Let the device at ``address`` open the console; ``console.not_invited`` if the token is no good.

        Also what the network says: without it nobody is let in.
        """
        return self._control.ask("POST", "/let-in", LetIn, LetInWish(token, address))

    def invitation(self) -> Invitation:
        """The way in for the first of the staff, while nobody is signed in."""
        return self._control.ask("GET", "/invitation", Invitation)
