"""What commands print for people."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.cli.document import megabytes, minutes
from appliance.cli.show_sentence import sentence_of
from appliance.model.programme import HouseLights, ItemKind
from appliance.model.show_view import ItemView, Phase, ShowView


@given(st.integers(0, 10**8))
def test_minutes_say_the_seconds_there_are(milliseconds: int) -> None:
    parts = [int(part) for part in minutes(milliseconds).split(":")]
    seconds = 0
    for part in parts:
        seconds = seconds * 60 + part
    assert seconds == milliseconds // 1000


def test_what_has_no_end_is_a_dash() -> None:
    assert minutes(None) == "-"
    assert megabytes(7_800_000) == "7.8 MB"


def test_the_show_in_one_line() -> None:
    items = (ItemView("a", "Trailer", ItemKind.TRAILER), ItemView("b", "Tide", ItemKind.SHORT))
    view = ShowView(
        Phase.RUNNING,
        items=items,
        index=1,
        position_ms=12_000,
        duration_ms=40_000,
        lights=HouseLights.DOWN,
        player="up",
    )
    assert sentence_of(view) == "running  Tide (2 of 2)  0:12 of 0:40  lights down  picture up"
    assert sentence_of(ShowView(Phase.NONE)).startswith("none  no event is loaded")
