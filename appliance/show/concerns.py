"""What will hold this evening up, looked for with every tick: licences, permits, a clock nobody believes."""

from __future__ import annotations

from appliance.errors import MatineeError
from appliance.show import licensing, passing, permitting
from appliance.show.faults import Faults
from appliance.show.machine import ShowState
from appliance.show.passing import Moment
from appliance.store.show_rows import LoadedEvent


def say(faults: Faults, loaded: LoadedEvent, state: ShowState, moment: Moment) -> None:
    """Begin and end in ``faults`` what concerns ``loaded`` now."""
    faults.only("licence", licensing.concerns(loaded, state, moment))
    faults.only("permit", permitting.concerns(loaded, state, moment))
    faults.stands("clock", _clock(loaded, state, moment))


def _clock(loaded: LoadedEvent, state: ShowState, moment: Moment) -> MatineeError | None:
    waiting = passing.waits_for_clock(loaded, state, moment)
    if waiting is None or waiting.at is None:
        return None
    return MatineeError("show.clock_unknown", title=waiting.title, at=f"{waiting.at:%H:%M}")
