"""Make the sound of a prepared film stand, too.

A seek while paused starts PulseAudio's stream although we stand; what it then leaves empty is missing at the
start, all of it after two seconds. A moment of rolling and another pause stop it.
"""

from __future__ import annotations

import threading
from typing import Any

from appliance.clock import Clock

_LOOK_S = 0.002
_ROLLING_S = 0.006
"""Long enough for the sound's thread to notice, too short for another picture (film_clock.UNPAUSING_S)."""
_LOOKS = 50
"""A busy box may take so many to roll."""


def cork(player: Any, clock: Clock) -> None:  # noqa: ANN401 python-vlc has no types
    """Roll ``player`` for a moment and pause it again."""
    never = threading.Event()
    player.set_pause(0)
    for _ in range(_LOOKS):  # a pause asked for too soon takes the rolling back
        clock.wait(never, _LOOK_S)
        if player.is_playing():
            break
    clock.wait(never, _ROLLING_S)
    player.set_pause(1)
