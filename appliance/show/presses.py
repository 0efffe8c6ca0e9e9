"""What makes two presses one: the same nonce, a show that has moved on since, or a finger that bounced."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.clock import Clock
from appliance.model.show_view import Verb

_DEBOUNCE_S = 0.4
_GUARDED = frozenset({Verb.GO, Verb.NEXT})


@dataclass(frozen=True, slots=True)
class Pressed:
    """The same nonce is the same act; so is a press that was meant for a visit that is over."""

    nonce: str | None = None
    visit: int | None = None
    """Which visit the operator saw; None: whatever it is."""


ANYHOW = Pressed()


class DoublePress:
    """Guards the verbs that a bouncing finger would otherwise carry out twice."""

    def __init__(self, room: Clock) -> None:
        """``room`` is the clock that people live by."""
        self._room = room
        self._taken_at = dict.fromkeys(_GUARDED, float("-inf"))

    def took(self, verb: Verb) -> None:
        """``verb`` was carried out: what comes within a moment is the same press."""
        if verb in _GUARDED:
            self._taken_at[verb] = self._room.monotonic()

    def forget(self) -> None:
        """Another evening: no press of the last one counts."""
        self._taken_at = dict.fromkeys(_GUARDED, float("-inf"))

    def bounces(self, verb: Verb) -> bool:
        """Whether ``verb`` is only the second half of a double press."""
        return verb in _GUARDED and self._room.monotonic() - self._taken_at[verb] < _DEBOUNCE_S
