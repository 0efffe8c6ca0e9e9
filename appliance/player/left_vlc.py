"""A film whose read hangs: libVLC's stop() waits for the card, so somebody else waits for libVLC."""

from __future__ import annotations

import threading
from typing import Any

from appliance.clock import Clock
from appliance.player.events_vlc import EventsVlc
from appliance.player.media_vlc import Medium

_STEP_S = 0.01
_STEPS = 30
"""A read of a good card is over within milliseconds; one that takes longer than this is not waited for."""


def hangs(medium: Medium, clock: Clock) -> bool:
    """Whether the card gives nothing now."""
    never = threading.Event()
    for _ in range(_STEPS):
        if not medium.waits:
            return False
        clock.wait(never, _STEP_S)
    return True


def leave(player: Any, medium: Medium, heard: EventsVlc) -> None:  # noqa: ANN401 python-vlc has no types
    """Let ``player`` end by itself, once the card answers or never; nobody may use it any more.

    ``heard``: what it calls back to, which must live as long as it does.
    """

    def end() -> None:
        player.stop()
        player.release()
        medium.release()
        heard.begin()

    threading.Thread(target=end, name="a film that hangs", daemon=True).start()
