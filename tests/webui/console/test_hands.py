"""What hands may set, as a pure function of the show."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.config_house import HouseTable, LightsTable
from appliance.model.picture import Failure, ScreenStatus
from appliance.model.programme import HouseLights, ItemKind
from appliance.model.show_view import ItemView, Phase, ShowView
from appliance.model.sync_view import BucketState, SyncView
from appliance.model.viewing import Viewing
from webui.console.hands import Hands, hands
from webui.console.remote_view import Glimpse, changed, remote_view

ITEMS = (
    ItemView("welcome", "Welcome", ItemKind.CARD),
    ItemView("short", "Tide", ItemKind.SHORT, 40_000),
    ItemView("break", "Intermission", ItemKind.INTERMISSION, 60_000),
)
SPARE = (ItemView("spare", "The Spare", ItemKind.TRAILER, 9_000),)
SHOW = ShowView(Phase.RUNNING, "e", "An Evening", "s", ITEMS, 1, 10_000, 40_000, visit=3, reserves=SPARE)
LAMPS, HOUSE = LightsTable(technology="sacn", half=0.35), HouseTable()


def set_by(show: ShowView, lights: LightsTable = LAMPS, house: HouseTable = HOUSE) -> Hands:
    return hands(show, lights, house)


def test_a_place_is_offered_where_there_is_one_and_its_passing_redraws_nothing() -> None:
    seek = set_by(SHOW).seek
    assert seek is not None
    assert (seek.visit, seek.length_s, seek.passed_s) == (3, 40, 10)
    assert set_by(replace(SHOW, position_ms=11_000)).seek == seek
    for show in (replace(SHOW, phase=Phase.HELD), replace(SHOW, index=0, duration_ms=None)):
        assert set_by(show).seek is None


def test_the_dimmer_shows_what_the_lamps_do_and_is_not_there_without_lamps() -> None:
    for look, percent in ((HouseLights.UP, 100), (HouseLights.HALF, 35), (HouseLights.DOWN, 0)):
        levels = set_by(replace(SHOW, lights=look)).levels
        assert levels is not None
        assert levels.dimmer == percent
    levels = set_by(replace(SHOW, level=0.2, turned=0.5, volume=0.1), LightsTable()).levels
    assert levels is not None
    assert (levels.dimmer, levels.volume) == (None, 50)


def test_what_comes_next_is_offered_first_and_what_is_on_does_not_move() -> None:
    changes = set_by(SHOW).changes
    assert changes is not None
    assert [choice.id for choice in changes.movable] == ["break", "welcome"]
    assert [choice.id for choice in changes.others] == ["break", "welcome", "spare"]
    assert [choice.id for choice in changes.items] == ["break", "welcome", "short"]
    assert changes.seen != set_by(replace(SHOW, version=2)).changes.seen  # type: ignore[union-attr]


def test_what_is_chosen_is_marked_and_only_films_are_read_and_heard() -> None:
    show = replace(SHOW, languages=("de", "en"), viewing=Viewing("en", "de+described", relaxed=True))
    reading = set_by(show).reading
    assert reading is not None
    assert [(choice.title, choice.chosen) for choice in reading.subtitles] == [
        ("None", False), ("de", False), ("en", True),
    ]  # fmt: skip
    assert [choice.id for choice in reading.sounds if choice.chosen] == ["de+described"]
    assert reading.relaxed
    assert set_by(replace(SHOW, items=ITEMS[:1], index=0)).reading is None


def test_a_box_without_an_evening_has_nothing_to_set() -> None:
    assert set_by(ShowView(Phase.NONE)) == Hands()


@given(st.sampled_from(Phase), st.none() | st.integers(0, 2), st.integers(0, 10**8))
def test_every_choice_is_there_once_and_every_place_lies_within(
    phase: Phase, index: int | None, position_ms: int
) -> None:
    length_ms = None if index is None else ITEMS[index].duration_ms
    found = set_by(replace(SHOW, phase=phase, index=index, position_ms=position_ms, duration_ms=length_ms))
    if found.changes is not None:
        for choices in (found.changes.items, found.changes.movable, found.changes.others):
            assert len({choice.id for choice in choices}) == len(choices)
        assert {choice.id for choice in found.changes.items} == {item.id for item in ITEMS}
    if found.seek is not None:
        assert 0 <= found.seek.passed_s <= found.seek.length_s


def test_remarks_of_what_is_on_and_next_are_told_by_title_and_old_ones_are_not() -> None:
    screen = ScreenStatus(
        remarks=(
            Failure("s.3.short", "Its subtitles can not be read."),
            Failure("s.4.break", "Later."),
            Failure("s.1.welcome", "Over."),
            Failure("other.3.short", "Another show's."),
            Failure("nonsense", "?"),
        )
    )
    said = remote_view(Glimpse(replace(SHOW, player="up", screen=screen)), "n").health
    assert said == ("Tide: Its subtitles can not be read.", "Intermission: Later.")


def test_rows_that_can_not_go_up_are_told() -> None:
    sync = SyncView(BucketState.READY, "", (), None, faults=("audience.db can not be read.",))
    assert remote_view(Glimpse(replace(SHOW, player="up"), sync=sync), "n").health == sync.faults


def test_only_the_sliders_are_redrawn_when_a_level_changes() -> None:
    before = remote_view(Glimpse(SHOW), "n")
    assert changed(before, remote_view(Glimpse(replace(SHOW, turned=0.5)), "n")) == ["lights"]
