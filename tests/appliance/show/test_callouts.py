"""Words that a hand puts over what is on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.model.callout import LONGEST_CALLOUT, Callout, callout
from appliance.model.picture import Card, OverlayKind
from appliance.model.show_view import Verb
from appliance.paths import Paths
from appliance.show.screen import CAMERA_NOTICE
from lab.show_house import House

ASKED_TEXT = "Who built the boat?"
ASKED = callout(ASKED_TEXT, "A question from the room")


@pytest.fixture
def house(paths: Paths, clock: HeldClock) -> Iterator[House]:
    made = House(paths, clock)
    made.load()
    yield made
    made.close()


def words(house: House) -> list[tuple[str, str]]:
    """What by hand can be read: on the card, or on a panel over what moves."""
    wanted = house.director.wanted()
    over = [(one.title, one.line) for one in wanted.overlays if one.kind is OverlayKind.WORDS]
    if isinstance(wanted.now, Card) and wanted.now.title == ASKED_TEXT:
        over.append((wanted.now.title, wanted.now.lines[0]))
    return over


def test_over_a_film_they_are_a_panel_and_on_a_card_they_take_its_place(house: House) -> None:
    house.go()
    house.director.call_out(ASKED)
    assert house.director.wanted().overlays == ()
    token = house.director.wanted().now.token
    house.director.call_out(None)
    assert house.director.wanted().now.token == token, "the same showing: its own words are back"
    house.director.enter(ItemId("trailer"))
    house.director.call_out(ASKED)
    (panel,) = house.director.wanted().overlays
    assert (panel.kind, panel.title) == (OverlayKind.WORDS, ASKED_TEXT)


def test_words_stand_until_they_are_taken_off_and_outlive_a_crash(house: House) -> None:
    house.go()
    assert house.director.call_out(ASKED, "one").callout == ASKED
    for _ in range(2):
        assert words(house) == [("Who built the boat?", "A question from the room")]
        house.crash()
    house.director.call_out(None)
    house.crash()
    assert words(house) == []
    assert house.director.view().callout is None


def test_the_next_item_stands_without_them(house: House) -> None:
    house.go()
    house.director.call_out(ASKED)
    house.go()
    assert words(house) == []
    house.crash()
    assert words(house) == []


def test_words_that_stand_no_more_are_not_kept(house: House) -> None:
    house.go()
    house.director.call_out(ASKED)
    house.director.call_out(None)
    house.director.call_out(ASKED)
    house.go()
    kept = house.rows.database.query("SELECT what FROM step WHERE what GLOB 'callout:*'")
    assert [row["what"] for row in kept] == ["callout:null"] * 3


def test_the_notice_that_a_camera_is_on_stands_beside_the_words(house: House) -> None:
    house.go()
    house.director.enter(ItemId("talk"))
    house.run(1)
    assert house.director.standing().capture
    assert [over.title for over in house.director.wanted().overlays] == []
    house.director.call_out(ASKED)
    wanted = house.director.wanted()
    assert wanted.overlays == ()
    assert isinstance(wanted.now, Card)
    assert (wanted.now.title, wanted.now.note) == (ASKED_TEXT, CAMERA_NOTICE)


def test_the_same_press_again_is_the_same_act(house: House) -> None:
    house.go()
    house.director.call_out(ASKED, "one")
    house.director.call_out(None, "two")
    house.director.call_out(ASKED, "one")
    assert words(house) == []


def test_nobody_would_see_them_where_nothing_is_on(house: House) -> None:
    with pytest.raises(MatineeError, match="Press GO first"):
        house.director.call_out(ASKED)
    house.go()
    house.director.press(Verb.PANIC)
    with pytest.raises(MatineeError, match="Press GO first"):
        house.director.call_out(ASKED)
    house.director.call_out(None)


def test_what_is_typed_is_one_plain_line() -> None:
    assert callout("  Who\u202e built\r\n\tthe\x00 boat? ") == Callout("Who built the boat?")
    assert callout(" \n ") is None
    assert callout("x" * LONGEST_CALLOUT)
    with pytest.raises(MatineeError, match="200 characters"):
        callout("x" * (LONGEST_CALLOUT + 1))
