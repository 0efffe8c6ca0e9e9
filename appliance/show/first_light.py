"""What the projector says while the picture is not the audience's: asked of the console now and then."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from msgspec import structs

from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ipc.console_client import FirstLight
from appliance.model.picture import Card, Screen
from appliance.model.show_view import Phase

_EACH_S = 2.0
_DARK = FirstLight()
LIT = frozenset({Phase.NONE, Phase.STANDBY})
"""No event, or one that nobody began: nothing of the box is ever shown within an evening."""


def lit(shown: Screen, phase: Phase, light: FirstLight) -> Screen:
    """The screen with what ``light`` says: alone without an event, else below the event's own."""
    card = shown.now
    if phase not in LIT or not isinstance(card, Card) or light == _DARK:
        return shown
    lines = light.lines if phase is Phase.NONE else (*card.lines, *light.lines)
    qr = light.qr or card.qr
    said = sha256("\n".join((*light.lines, light.qr)).encode()).hexdigest()[:12]
    return replace(shown, now=structs.replace(card, token=f"{card.token}+{said}", lines=lines, qr=qr))


class LightAsker:
    """Asks on a thread of its own, only while it is wanted: a console that is slow holds nobody up."""

    def __init__(self, ask: Callable[[], FirstLight], wanted: Callable[[], bool], clock: Clock) -> None:
        """``wanted`` is cheap."""
        self._ask = ask
        self._wanted = wanted
        self._clock = clock
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="first-light", daemon=True)
        self.light = _DARK

    def start(self) -> None:
        """Begin to ask."""
        self._thread.start()

    def stop(self) -> None:
        """Ask no more."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.light = self._asked() if self._wanted() else _DARK
            self._clock.wait(self._stopping, _EACH_S)

    def _asked(self) -> FirstLight:
        try:
            return self._ask()
        except MatineeError:
            return _DARK
