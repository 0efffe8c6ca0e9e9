from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.ids import ItemId
from appliance.manifest import event_manifest
from appliance.model import change
from appliance.model.change import Change, ProgrammeVersion, PutIn, StartLater, Stretch, Swap, TakeOut
from lab.full_evening import MANIFEST

PLANNED = event_manifest.check(MANIFEST)
FIRST = change.first(PLANNED)
IDS = [item.id for item in (*PLANNED.programme.items, *PLANNED.programme.reserves)]
some = st.sampled_from([*IDS, ItemId("nothing")])
changes = st.one_of(
    st.builds(TakeOut, some),
    st.builds(PutIn, some, st.none() | some),
    st.builds(Swap, some, some),
    st.builds(Stretch, some, st.integers(-30, 600)),
    st.builds(StartLater, st.integers(-3600, 3600)),
)


def done(*acts: Change, current: ItemId | None = None) -> ProgrammeVersion:
    version = FIRST
    for act in acts:
        version = change.changed(version, PLANNED, act, current)
    return version


def order(version: ProgrammeVersion) -> list[str]:
    return [item.id for item in change.amended(PLANNED, version).programme.items]


@given(st.lists(changes, max_size=20), st.none() | st.sampled_from(FIRST.items))
def test_over_any_changes_every_item_is_somewhere_once_and_what_is_on_screen_stays(
    acts: list[Change], current: ItemId | None
) -> None:
    version = FIRST
    for act in acts:
        try:
            version = change.changed(version, PLANNED, act, current)
        except MatineeError as refused:
            assert refused.key.startswith("show.")
        event = change.amended(PLANNED, version)
        there = [item.id for item in (*event.programme.items, *event.programme.reserves)]
        assert sorted(there) == sorted(IDS)
        assert current is None or event.programme.item(current)
        assert all(item.seconds is None or item.seconds >= 1 for item in event.programme.items)
        assert event.starts - PLANNED.starts == timedelta(seconds=version.late_s)


@given(st.lists(changes, max_size=8))
def test_a_version_is_the_same_after_it_was_written_and_read(acts: list[Change]) -> None:
    version = FIRST
    for act in acts:
        try:
            version = change.changed(version, PLANNED, act, None)
        except MatineeError:
            continue
    assert msgspec.json.decode(msgspec.json.encode(version), type=ProgrammeVersion) == version
    again = msgspec.json.decode(msgspec.json.encode(acts), type=list[Change])
    assert again == acts


def test_an_item_is_dropped_and_comes_back_elsewhere() -> None:
    out = done(TakeOut(ItemId("trailer")))
    assert "trailer" not in order(out)
    back = change.changed(out, PLANNED, PutIn(ItemId("trailer"), before=ItemId("break")), None)
    assert order(back) == ["doors", "welcome", "short", "trailer", "break", "talk", "closing"]


def test_a_reserve_is_swapped_in_and_the_other_becomes_the_reserve() -> None:
    version = done(Swap(ItemId("trailer"), ItemId("spare")))
    assert order(version)[2] == "spare"
    assert [item.id for item in change.amended(PLANNED, version).programme.reserves] == ["trailer"]


def test_two_items_trade_places() -> None:
    assert order(done(Swap(ItemId("short"), ItemId("talk"))))[3:6] == ["talk", "break", "short"]


def test_fifteen_minutes_later_moves_all_that_goes_by_the_clock() -> None:
    event = change.amended(PLANNED, done(StartLater(900)))
    assert f"{event.starts:%H:%M}" == "19:45"
    welcome = event.programme.item(ItemId("welcome")).at
    call = next(cue.time for cue in event.cues if cue.id == "call")
    assert welcome is not None
    assert call is not None
    assert (f"{welcome:%H:%M}", f"{call:%H:%M}", f"{event.doors:%H:%M}") == ("19:45", "19:35", "19:00")


@pytest.mark.parametrize(
    ("act", "key"),
    [
        (TakeOut(ItemId("short")), "show.item_on_screen"),
        (Swap(ItemId("short"), ItemId("talk")), "show.item_on_screen"),
        (TakeOut(ItemId("spare")), "show.not_on_programme"),
        (TakeOut(ItemId("nothing")), "show.unknown_item"),
        (PutIn(ItemId("talk")), "show.on_programme_already"),
        (PutIn(ItemId("spare"), before=ItemId("nothing")), "show.unknown_item"),
        (Stretch(ItemId("talk"), 60), "show.not_timed"),
        (Stretch(ItemId("break"), -10), "show.too_short"),
        (StartLater(50_000), "show.too_late"),
    ],
)
def test_what_makes_no_sense_is_refused(act: Change, key: str) -> None:
    with pytest.raises(MatineeError) as caught:
        done(act, current=ItemId("short"))
    assert caught.value.key == key


def test_something_stays_on_the_programme() -> None:
    *most, last = (TakeOut(item) for item in FIRST.items)
    with pytest.raises(MatineeError) as caught:
        done(*most, last)
    assert caught.value.key == "show.empty_programme"
