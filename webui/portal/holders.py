"""Who holds the page behind a capability, and what gates may ask of them."""

from __future__ import annotations

from appliance.audience import capability as capabilities
from appliance.errors import MatineeError
from appliance.model.gate import Holding
from appliance.store.audience_rows import AttendeeRow
from webui.portal.portal import here, tonight


def holder_of(capability: str) -> AttendeeRow:
    """Whose page that is; ``portal.no_such_pass`` if nobody's."""
    attendee = here().rows.attendee(capabilities.stored(capability))
    if attendee is None:
        raise MatineeError("portal.no_such_pass")
    return attendee


def holding_of(capability: str) -> Holding:
    """What gates of tonight ask of who holds that page; ``portal.other_evening`` if it is of another one."""
    attendee, event = holder_of(capability), tonight().event
    if attendee.event != event.id:
        raise MatineeError("portal.other_evening")
    return here().desk.holdings.holding(attendee, event)
