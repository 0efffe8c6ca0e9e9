"""Two drops of ten minutes each in one show, opened and closed by the programme and by nobody's hand."""

from __future__ import annotations

from appliance.clock import HeldClock
from appliance.paths import Paths
from lab.evening import MANIFEST
from lab.show_house import House

_DROP = """
[[drop]]
id = "{drop}"
title = "{drop}"
stock = 5

[[item]]
id = "act-{drop}"
kind = "backdrop"
title = "Act"
film = "short.mp4"
seconds = 900

[[cue]]
id = "sell-{drop}"
item = "act-{drop}"
on = "at"
seconds = 60
do = [{{ open_drop = "{drop}" }}, {{ overlay = {{ id = "left", kind = "left", drop = "{drop}" }} }}]

[[cue]]
id = "end-{drop}"
item = "act-{drop}"
on = "at"
seconds = 660
do = [{{ close_drop = "{drop}" }}, {{ hide_overlay = "left" }}]
"""


def test_two_ten_minute_drops_open_and_close_by_themselves(paths: Paths, clock: HeldClock) -> None:
    head = MANIFEST.partition("[[item]]")[0]
    house = House(paths, clock, head + _DROP.format(drop="zine") + _DROP.format(drop="still"))
    house.load()
    house.go()
    opened: dict[str, int] = {"zine": 0, "still": 0}
    shown = 0
    for _ in range(1900):
        house.run(1, step_s=1.0)
        drops = house.director.view().open_drops
        assert len(drops) <= 1
        for drop in drops:
            opened[drop] += 1
        shown += len(house.director.wanted().overlays)
    assert opened == {"zine": 600, "still": 600}
    assert shown == sum(opened.values())
    house.close()
