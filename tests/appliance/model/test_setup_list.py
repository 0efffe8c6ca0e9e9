"""Set-up ends when the doors open; tear-down counts from the last guest."""

from __future__ import annotations

from appliance.manifest import event_manifest
from appliance.model import setup_list
from lab.evening import MANIFEST

STEPS = """
[[step]]
id = "chairs"
half = "set_up"
title = "Chairs"
minutes = 15

[[step]]
id = "sound"
half = "set_up"
title = "Sound"
minutes = 7.5

[[step]]
id = "count"
half = "tear_down"
title = "Count"
minutes = 10

[[step]]
id = "pack"
half = "tear_down"
title = "Pack"
minutes = 5
"""


def test_the_last_step_ends_at_the_doors() -> None:
    event = event_manifest.check(MANIFEST + STEPS)
    chairs, sound = setup_list.before(event)
    assert chairs.begins is not None
    assert (event.doors - chairs.begins).total_seconds() == 22.5 * 60
    assert sound.begins is not None
    assert (event.doors - sound.begins).total_seconds() == 7.5 * 60
    assert [one.minutes_before for one in setup_list.after(event)] == [0, 10]
    assert setup_list.minutes(setup_list.after(event)) == 15
    assert setup_list.before(event_manifest.check(MANIFEST)) == ()
