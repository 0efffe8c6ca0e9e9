"""Words that a hand puts over the picture: a question from the room, or what the house has to say."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.errors import MatineeError
from appliance.model.plain_words import one_line

LONGEST_CALLOUT = 200
"""Characters: four lines that are read from the last row."""


@dataclass(frozen=True, slots=True)
class Callout:
    """It stands until the next item, or until it is taken off."""

    text: str
    over: str = ""
    """A quiet line: what it is. Empty: it speaks for itself."""


def callout(text: str, over: str = "") -> Callout | None:
    """Check what was typed; None: nothing shall stand. ``show.callout_too_long``."""
    said = one_line(text)
    if len(said) > LONGEST_CALLOUT:
        raise MatineeError("show.callout_too_long", most=LONGEST_CALLOUT)
    return Callout(said, one_line(over)[:LONGEST_CALLOUT]) if said else None
