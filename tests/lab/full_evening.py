"""An evening that uses everything a manifest can say."""

from __future__ import annotations

MANIFEST = """\
matinee = 1

[event]
id = "small-evening"
title = "A Full Evening"
starts = 2026-11-27T19:30:00+01:00
doors = 2026-11-27T19:00:00+01:00
resume = "hold"

[venue]
name = "Café Meridian"

[organiser]
name = "Harbour Film Club"

[[item]]
id = "doors"
kind = "card"
title = "Doors are open"
lights = "up"

[[item]]
id = "welcome"
kind = "card"
title = "Welcome"
seconds = 5
at = "19:30"
wait_after_s = 2

[[item]]
id = "trailer"
kind = "trailer"
title = "The Trailer"
film = "trailer.mp4"
wait_before_s = 1.5

[[item]]
id = "short"
kind = "short"
title = "The Short"
film = "short.mp4"

[[item]]
id = "break"
kind = "intermission"
title = "Ten seconds"
seconds = 10

[[item]]
id = "talk"
kind = "live"
title = "Questions"
capture = true

[[item]]
id = "closing"
kind = "card"
title = "Good night"
layout = "closing"

[[item]]
id = "spare"
kind = "trailer"
title = "The Spare Trailer"
film = "trailer.mp4"
reserve = true

[[drop]]
id = "poster"
title = "Poster"
stock = 5

[[cue]]
id = "dim"
item = "welcome"
on = "at"
seconds = 2
do = [{ dimmer = 0.2, fade_s = 1.5 }, { card = { title = "Please be seated", lines = ["We begin"] } }]

[[cue]]
id = "quiet-end"
item = "short"
on = "before_end"
seconds = 3
do = [{ volume = 0.3, fade_s = 2 }, { lights = "half", fade_s = 3 }]

[[cue]]
id = "who-speaks"
item = "talk"
on = "go"
do = [{ overlay = { id = "speaker", kind = "lower_third", title = "Ada Lovelace", line = "Director" } }]

[[cue]]
id = "who-spoke"
item = "talk"
on = "go"
do = [{ hide_overlay = "speaker" }]

[[cue]]
id = "sell"
item = "break"
on = "entry"
do = [
    { open_drop = "poster" },
    { overlay = { id = "stock", kind = "left", drop = "poster" } },
    { overlay = { id = "code", kind = "qr", drop = "poster" } },
]

[[cue]]
id = "film-us"
item = "talk"
on = "entry"
do = [{ capture = true }, { tell_operators = "Hand over the microphone" }]

[[cue]]
id = "call"
on = "clock"
time = "19:20"
do = [{ call_members = "We begin in ten minutes" }]

[[cue]]
id = "bell"
on = "outside"
trigger = "bar-bell"
do = [{ close_drop = "poster" }, { call_members = "The bar is closing" }]
"""
