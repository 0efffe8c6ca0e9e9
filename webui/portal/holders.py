"""Who holds the page behind a capability, or four words, and what gates may ask of them."""

from __future__ import annotations

from appliance.audience import capability as capabilities
from appliance.audience.capability import Capability
from appliance.audience.four_words import is_code
from appliance.errors import MatineeError
from appliance.model.gate import Holding
from appliance.store.audience_rows import AttendeeRow
from webui.portal.pace import EVERYBODY
from webui.portal.portal import here, in_turn, tonight

NOBODYS = frozenset({"audience.unknown_code", "audience.no_code"})
"""What ``by_words`` says of words that lead to no page."""
_TURNS_OF_A_GUESS = 6
"""Ten guesses at once, then one in three seconds; all addresses together make five a second at most."""


def by_words(typed: str) -> Capability:
    """The page of tonight of who typed those four words: ``audience.no_code``, ``audience.unknown_code``.

    Turns are few, for all together too. Else somebody with many addresses guesses on, and each code of an
    old evening makes a hit likelier.
    """
    in_turn("again", _TURNS_OF_A_GUESS)
    if is_code(typed):
        here().guesses.step("again", EVERYBODY)
    found = here().words.find(typed, here().rows.attendee_ids(tonight().event.id))
    if found is None:
        raise MatineeError("audience.unknown_code" if is_code(typed) else "audience.no_code")
    return here().words.capability(found)


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
