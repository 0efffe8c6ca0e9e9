"""Wall times of an evening: ``"20:15"`` means the first one from its doors on, where the event is."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from appliance.manifest.faults import Faults

LONGEST_EVENING = timedelta(hours=18)
_DAY = timedelta(days=1)


def moment(faults: Faults, place: str, said: str, doors: datetime) -> datetime:
    """Return the moment that ``said`` (``HH:MM``) names, in the offset of ``doors``."""
    hour, _, minute = said.partition(":")
    found = datetime.combine(doors.date(), time(int(hour), int(minute)), doors.tzinfo)
    if found < doors:
        found += _DAY
    if found - doors > LONGEST_EVENING:
        faults.fail(place, f"{said} is before the doors open", "Make it a time between doors and the end.")
    return found
