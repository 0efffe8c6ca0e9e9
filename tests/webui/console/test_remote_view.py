from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from appliance.ids import ClipId, EventId, ItemId, MomentId
from appliance.model.capture import LISTENING, CaptureStatus, Clip, ClipState, Listening
from appliance.model.programme import HouseLights, ItemKind
from appliance.model.show_view import ItemView, Phase, ShowView
from appliance.model.sync_view import BucketState, LaneView, SyncView
from webui.console.house import HouseView, Offer
from webui.console.remote_view import REGIONS, Glimpse, changed, remote_view
from webui.console.running import keys

ITEMS = (
    ItemView("welcome", "Welcome", ItemKind.CARD),
    ItemView("short", "Tide", ItemKind.SHORT, 40_000),
    ItemView("talk", "Questions", ItemKind.LIVE, capture=True),
)
SHOW = ShowView(Phase.RUNNING, "e", "An Evening", "s", ITEMS, 1, 10_000, 40_000, player="up")


@st.composite
def shows(draw: st.DrawFn) -> ShowView:
    kinds = draw(st.lists(st.sampled_from(ItemKind), min_size=1, max_size=5))
    items = tuple(
        ItemView(f"i{at}", f"Item {at}", kind, draw(st.none() | st.integers(0, 10**7)))
        for at, kind in enumerate(kinds)
    )
    phase = draw(st.sampled_from(Phase))
    if phase is Phase.NONE:
        return ShowView(Phase.NONE)
    index = draw(st.integers(0, len(items) - 1) | (st.none() if phase is Phase.STANDBY else st.nothing()))
    return ShowView(
        phase,
        "e",
        "An Evening",
        "s",
        items,
        index,
        draw(st.integers(0, 10**7)),
        None if index is None else items[index].duration_ms,
        draw(st.sampled_from(HouseLights)),
        capture_allowed=draw(st.booleans()),
        player=draw(st.sampled_from(["up", "starting", "restarting"])),
    )


@given(shows(), st.booleans())
def test_panic_can_always_be_pressed_and_always_be_left(show: ShowView, away: bool) -> None:
    shown = keys(show, "n", away=away)
    if show.phase is Phase.PANIC and not away:
        assert shown.resume
    else:
        assert shown.panic == (show.phase is not Phase.NONE)


@given(shows())
def test_a_film_is_never_ended_by_go(show: ShowView) -> None:
    item = None if show.index is None else show.items[show.index]
    if (
        show.phase is Phase.RUNNING
        and item
        and item.kind in {ItemKind.FEATURE, ItemKind.SHORT, ItemKind.TRAILER}
    ):
        assert not keys(show, "n").go


@given(shows())
def test_any_show_can_be_put_on_a_page_and_marks_one_line_at_most(show: ShowView) -> None:
    view = remote_view(Glimpse(show), "n")
    assert sum(line.state == "now" for line in view.order) <= 1
    assert 0 <= view.now.passed_s <= view.now.length_s
    assert changed(None, view) == list(REGIONS)
    assert changed(view, view) == []


def test_time_left_and_what_follows() -> None:
    now = remote_view(Glimpse(SHOW), "n").now
    assert (now.title, now.kind, now.left, now.left_words) == ("Tide", "Short film", "0:30", "left")
    assert (now.next_title, now.next_note) == ("Questions", "until GO")
    standing = remote_view(Glimpse(replace(SHOW, index=2, duration_ms=None)), "n").now
    assert (standing.left, standing.left_words, standing.next_title) == (
        "",
        "Stands until GO",
        "End of the evening",
    )


def test_only_what_looks_different_is_replaced() -> None:
    before = remote_view(Glimpse(SHOW), "n")
    assert changed(before, remote_view(Glimpse(replace(SHOW, position_ms=10_200)), "n")) == []
    assert changed(before, remote_view(Glimpse(replace(SHOW, position_ms=11_000)), "n")) == ["now"]
    assert changed(before, remote_view(Glimpse(replace(SHOW, lights=HouseLights.HALF)), "n")) == ["lights"]
    assert changed(before, remote_view(Glimpse(SHOW), "another")) == ["keys"]


def test_a_show_that_restarts_is_said_and_the_page_stands() -> None:
    view = remote_view(Glimpse(SHOW, show_away=True), "n")
    assert view.now.title == "Tide"
    assert view.health[0].startswith("The show is restarting.")
    assert not view.keys.go
    assert view.keys.panic


def test_a_player_that_restarts_is_said_once() -> None:
    sentence = "The player is restarting; the picture comes back by itself."
    for glimpse in (
        Glimpse(SHOW, player_away=True),
        Glimpse(replace(SHOW, player="restarting")),
        Glimpse(replace(SHOW, player="restarting", faults=(sentence,)), player_away=True),
    ):
        assert remote_view(glimpse, "n").health == (sentence,)


def test_a_bucket_that_is_away_says_how_much_waits() -> None:
    sync = SyncView(
        BucketState.AWAY, "", (LaneView("people", 5, 0, 0, 0), LaneView("facts", 7, 0, 0, 0)), None
    )
    assert remote_view(Glimpse(SHOW, sync=sync), "n").health == ("Bucket away: 12 wait.",)


def test_offers_of_another_evening_are_not_shown() -> None:
    house = HouseView(event="e", offers=(Offer("poster", "Poster", 12, 7),))
    (line,) = remote_view(Glimpse(replace(SHOW, open_drops=("poster",)), house), "n").offers
    assert (line.title, line.note, line.state) == ("Poster", "7 of 12 left", "open")
    assert remote_view(Glimpse(SHOW, replace(house, event="other")), "n").offers == ()


def test_clips_wait_until_somebody_decides() -> None:
    at = "2026-11-27T20:00:00Z"
    clips = tuple(
        Clip(f"c{state}", "m", "e", "talk", state, "operator", at, 72_000, duration_ms=12_560)  # type: ignore[arg-type]
        for state in ClipState
    )
    view = remote_view(Glimpse(SHOW, clips=clips), "n")
    assert [(line.id, line.ready) for line in view.clips] == [
        ("cheld", False),
        ("cwaiting", False),
        ("ccutting", False),
        ("cmade", True),
    ]
    assert view.clips[3].title == "Questions, 1:12"
    assert view.clips[3].note == "0:13"
    assert "look at it" in view.clips[0].why


def test_filming_is_said_only_where_it_is_allowed() -> None:
    filming = CaptureStatus(allowed=True, recording=True, camera="loop")
    assert remote_view(Glimpse(SHOW, capture=filming), "n").filming == ""
    allowed = replace(SHOW, capture_allowed=True)
    assert remote_view(Glimpse(allowed, capture=filming), "n").filming == "The room is being filmed."
    twice = replace(filming, overhead="Overhead", overhead_recording=True)
    assert "by two cameras" in remote_view(Glimpse(allowed, capture=twice), "n").filming
    alone = replace(twice, recording=False)
    assert remote_view(Glimpse(allowed, capture=alone), "n").filming == "The room is being filmed."
    assert "no camera" in remote_view(Glimpse(allowed, capture=CaptureStatus()), "n").filming
    assert remote_view(Glimpse(allowed), "n").keys.mark


def test_what_is_heard_is_said_while_the_room_is_filmed_and_only_a_change_that_shows_is_sent() -> None:
    heard = Listening("YAMNet", (("laughter", 0.91), ("speech", 0.12)))
    filming = CaptureStatus(allowed=True, recording=True, camera="loop", listening=heard)
    view = remote_view(Glimpse(SHOW, capture=filming), "n")
    assert view.hearing is not None
    assert (view.hearing.detector, view.hearing.sounds) == ("YAMNet", (("laughter", 9), ("speech", 1)))
    a_little = replace(filming, listening=replace(heard, sounds=(("laughter", 0.89), ("speech", 0.14))))
    assert changed(view, remote_view(Glimpse(SHOW, capture=a_little), "n")) == []
    ended = remote_view(Glimpse(SHOW, capture=replace(filming, recording=False)), "n")
    assert ended.hearing is None
    assert changed(view, ended) == ["hearing"]


def test_what_is_heard_during_a_film_is_said_not_to_be_kept_and_what_the_room_did_stays_to_be_read() -> None:
    heard = Listening("YAMNet", (("laughter", 0.91),))
    during = CaptureStatus(attending=True, listening=heard, reacted=("laughed at 00:41 of Tide",))
    view = remote_view(Glimpse(SHOW, capture=during), "n")
    assert view.hearing is not None
    assert (view.hearing.kept, view.reacted) == (False, ("laughed at 00:41 of Tide",))
    after = remote_view(Glimpse(SHOW, capture=replace(during, attending=False, listening=None)), "n")
    assert (after.hearing, after.reacted) == (None, ("laughed at 00:41 of Tide",))
    assert changed(view, after) == ["hearing"]


def test_clips_marked_by_hand_come_first_then_the_best_of_what_was_heard() -> None:
    at = datetime(2026, 11, 27, 20, tzinfo=UTC)
    by_hand = Clip(
        ClipId("hand"), MomentId("m"), EventId("e"), ItemId("talk"), ClipState.MADE, "operator", at, 72_000
    )
    heard = replace(by_hand, by=LISTENING, reason="laughter 0.91 for 4 s, 2 min into Questions")
    clips = tuple(replace(heard, id=ClipId(f"c{n}"), score=n / 20) for n in range(15))
    lines = remote_view(Glimpse(SHOW, clips=(*clips, by_hand)), "n").clips
    assert [line.id for line in lines[:3]] == ["hand", "c14", "c13"]
    assert lines[0].why == ""
    assert lines[1].why == "laughter 0.91 for 4 s, 2 min into Questions"
