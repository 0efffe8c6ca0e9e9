from __future__ import annotations

from dataclasses import replace

from appliance.model.programme import ItemKind
from appliance.model.show_view import CueView, ItemView, Phase, ShowView
from webui.console.running import keys
from webui.console.slips import slips

ITEMS = (
    ItemView("film", "Tide", ItemKind.SHORT, 40_000),
    ItemView("break", "Intermission", ItemKind.INTERMISSION, 60_000),
)
CUES = (
    CueView("who-speaks", "break", "go"),
    CueView("sell", "break", "entry"),
    CueView("bell", "", "outside", True),
)
SHOW = ShowView(Phase.RUNNING, "e", "An Evening", "s", ITEMS, 1, 10_000, 60_000, cues=CUES)


def test_cues_for_a_hand_are_offered_and_those_that_go_by_themselves_are_not() -> None:
    assert [(cue.id, cue.title, cue.note) for cue in slips(SHOW).cues] == [
        ("who-speaks", "Who speaks", ""),
        ("bell", "Bell", "done"),
    ]


def test_only_a_timed_card_can_stand_longer_and_only_a_show_not_begun_starts_later() -> None:
    assert (slips(SHOW).stretch, slips(SHOW).later) == ("break", False)
    assert slips(replace(SHOW, index=0)).stretch == ""
    standby = slips(ShowView(Phase.STANDBY, items=ITEMS, late_s=900))
    assert (standby.later, standby.late_words) == (True, "15 minutes later than planned")
    assert slips(ShowView(Phase.NONE)) == slips(ShowView(Phase.NONE))


def test_after_a_hold_in_mid_item_resume_means_something_and_at_its_end_it_does_not() -> None:
    held = replace(SHOW, phase=Phase.HELD)
    assert keys(held, "n").resume
    assert not keys(replace(held, position_ms=60_000), "n").resume
