"""For whom something is, in words: what a person would need, and where to get it."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from appliance.model.event import Event
from appliance.model.gate import Gate


def gated(event: Event, gate: Gate) -> str:
    """For whom it is: one sentence with every way to become one of them."""
    ways = [
        str(gettext("are a member (%(tier)s)", tier=tier.title))
        for tier in event.tiers
        if tier.id in gate.tiers
    ]
    if gate.stamps:
        ways.append(
            str(
                ngettext(
                    "came to %(num)s evening", "came to %(num)s evenings, friends counted in", gate.stamps
                )
            )
        )
    if gate.attended:
        ways.append(str(gettext("were let in tonight")))
    joined = str(gettext(" or ")).join(ways)
    return str(gettext("For you, if you %(ways)s.", ways=joined))
