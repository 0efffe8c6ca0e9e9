"""From the film that is seen to what follows: when exactly, and what rolls beforehand."""

from __future__ import annotations

from collections import deque

from appliance.model.picture import Film, Screen
from appliance.player.display import Slot
from appliance.player.film_clock import UNPAUSING_S
from appliance.player.slots import Slots

_NEAR_S = 0.06
"""So near to a film's end the stage looks each `_FINE_S`."""
_FINE_S = 0.002
_TRUST_S = 0.15
"""A film that still draws this long after its end has a wrong length: its real end is waited for."""


def runs_on(screen: Screen) -> Film | None:
    """The film that ``now`` runs into within its reel; None: something else follows."""
    now, following = screen.now, screen.next
    together = isinstance(now, Film) and isinstance(following, Film) and following.follows(now)
    return following if together and isinstance(following, Film) else None


class HandOver:
    """The end is known beforehand from the film's clock: libVLC tells it up to 0.1 s late."""

    def __init__(self, slots: Slots) -> None:
        """Every film's length is believed at first."""
        self._slots = slots
        self._mislaid: deque[str] = deque(maxlen=8)

    def due_s(self, seen: Slot) -> float | None:
        """Seconds until somebody should look again; None: the usual is enough."""
        left_s = self._slots.left_s(seen)
        if left_s is None or left_s > _NEAR_S:
            return None
        return _FINE_S if left_s < UNPAUSING_S else min(_FINE_S * 2, left_s - UNPAUSING_S)

    def is_over(self, token: str, seen: Slot, screen: Screen, *, ended: bool) -> bool:
        """Whether the film ``token`` in ``seen`` has had its last picture.

        What follows rolls just before. A film whose pictures go on has a wrong length: what follows stands
        again, and the told end is waited for; ``ended`` is that.
        """
        left_s = self._slots.left_s(seen)
        if ended and (left_s is None or left_s <= 0):
            return True
        if left_s is None or token in self._mislaid or runs_on(screen) is not None:
            return False
        ready = self._rolls_next(screen, seen)
        if ready is not None and left_s <= UNPAUSING_S:
            self._slots.start(ready)
        if left_s <= 0 and not self._slots.still_drawing(seen, left_s):
            return True
        if left_s < -_TRUST_S:
            self._mislaid.append(token)
            if ready is not None:
                self._slots.rewind(ready)
        return False

    def _rolls_next(self, screen: Screen, seen: Slot) -> Slot | None:
        following = screen.next
        if not isinstance(following, Film) or following.paused:
            return None
        slot = self._slots.find(following.token)
        return slot if slot is not None and slot is not seen and self._slots.ready(slot) else None
