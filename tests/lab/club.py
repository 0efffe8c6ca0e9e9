"""An evening with tiers, gates, extras and a call; and what phones do there."""

from __future__ import annotations

from appliance.ids import new_secret
from lab.shop import MANIFEST

CLUB = (
    MANIFEST.replace(
        'id = "print"\n',
        'id = "print"\nonly = { tiers = ["friend"], evenings = 3 }\n',
        1,
    )
    + """
[asking]
most = 2
days = 30

[watch]
highlights = { attended = true }

[[item]]
id = "tide"
kind = "short"
title = "Tide"
film = "tide.mp4"

[[extra]]
id = "talk"
title = "The talk"
film = "talk.mp4"
only = { tiers = ["friend"], evenings = 3 }

[[extra]]
id = "again"
kind = "replay"
title = "Tide, again"
film = "tide.mp4"
only = { attended = true }
closes = 2026-11-29T20:00:00+01:00

[[extra]]
id = "teaser"
title = "A teaser"
film = "teaser.mp4"

[[drop]]
id = "seat"
title = "A seat on Friday"
stock = 5
members_first_minutes = 5
place_at = "next-friday"

[[cue]]
id = "ask"
on = "outside"
trigger = "ask"
do = [{ ask_members = "Stay with us" }]

[[cue]]
id = "ask-no-more"
on = "outside"
trigger = "ask-no-more"
do = [{ call_members = "" }]
"""
)
"""``talk`` for friends and for who came three times; ``again`` for who was let in, for two days."""


def wish(drop: str, capability: str, **fields: str) -> tuple[str, dict[str, str]]:
    """Where and what the form under an offer sends."""
    return f"/drops/{drop}/wish", {"pass": capability, "nonce": new_secret(), **fields}
