"""A small evening for tests, as a manifest's text and as what is loaded of it."""

from __future__ import annotations

from appliance.ids import Sha256, ShowId
from appliance.manifest import event_manifest
from appliance.manifest.packing_list import PackingList
from appliance.model.programme import Media
from appliance.store.show_rows import LoadedEvent

MANIFEST = """\
matinee = 1

[event]
id = "small-evening"
title = "A Small Evening"
starts = 2026-11-27T19:30:00+01:00
doors = 2026-11-27T19:00:00+01:00

[venue]
name = "Café Meridian"
capacity = 40

[organiser]
name = "Harbour Film Club"

[[item]]
id = "welcome"
kind = "card"
title = "Welcome"
qr = true

[[item]]
id = "trailer"
kind = "trailer"
title = "The Trailer"
film = "trailer.mp4"

[[item]]
id = "short"
kind = "short"
title = "The Short"
film = "short.mp4"

[[item]]
id = "break"
kind = "intermission"
title = "Ten minutes"
seconds = 10

[[item]]
id = "talk"
kind = "live"
title = "Questions"
capture = true
questions = true

[[item]]
id = "closing"
kind = "card"
title = "Good night"
layout = "closing"

[[drop]]
id = "poster"
title = "Poster"
stock = 5
price = "12.00"

[[cue]]
id = "sell"
item = "break"
on = "entry"
do = [{ open_drop = "poster" }, { lights = "up" }]

[[cue]]
id = "stop-selling"
item = "break"
on = "before_end"
seconds = 2
do = [{ close_drop = "poster" }]

[[cue]]
id = "film-us"
item = "talk"
on = "entry"
do = [{ capture = true }]
"""

PACKING = PackingList(
    "small-evening",
    1,
    (
        Media("trailer.mp4", Sha256("a" * 64), 1000, 8000),
        Media("short.mp4", Sha256("b" * 64), 2000, 12000),
    ),
)


def loaded(show: str = "01SHOW") -> LoadedEvent:
    """The small evening as the show has it."""
    return LoadedEvent(ShowId(show), event_manifest.check(MANIFEST), PACKING)
