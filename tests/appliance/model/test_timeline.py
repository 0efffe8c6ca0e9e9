from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appliance.ids import CueId, DropId, ItemId
from appliance.model import timeline
from appliance.model.cue import Action, BeginCapture, CloseDrop, Cue, OpenDrop, SetLights, When
from appliance.model.programme import FILM_KINDS, HouseLights, Item, ItemKind

HERE = ItemId("here")
QUARTER_MS = 250
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
quarters = st.integers(0, 400)
near_moments = st.builds(lambda at, beside: max(0, at * QUARTER_MS + beside), quarters, st.integers(-1, 1))
"""Positions just before, at and just after those at which cues may fall due."""
moments = st.sampled_from(list(When))
cues = st.lists(
    st.builds(
        Cue,
        st.uuids().map(lambda name: CueId(str(name))),
        st.sampled_from([HERE, ItemId("there")]),
        moments,
        st.just((BeginCapture(),)),
        quarters.map(lambda quarter: quarter * QUARTER_MS / 1000),
    ),
    max_size=8,
)
drops = st.sampled_from([DropId("a"), DropId("b")])
actions = st.lists(
    st.one_of(
        st.builds(OpenDrop, drops),
        st.builds(CloseDrop, drops),
        st.builds(SetLights, st.sampled_from(HouseLights)),
        st.builds(BeginCapture),
    )
)


def due_at(cue: Cue, duration: int | None) -> float:
    """What the manual promises, said once more in a test's own words."""
    if cue.when is When.ENTRY:
        return 0
    if cue.when is When.AT:
        return cue.seconds * 1000
    assert cue.when is When.BEFORE_END
    assert duration is not None
    return duration - cue.seconds * 1000


@patiently
@given(cues, st.lists(near_moments, max_size=12), st.one_of(st.none(), near_moments))
def test_over_any_walk_a_cue_fires_at_most_once_and_never_early(
    cue_list: list[Cue], positions: list[int], duration: int | None
) -> None:
    fired: list[CueId] = []
    for position in positions:
        for cue in timeline.due(cue_list, HERE, position, duration, fired):
            assert cue.item == HERE
            assert position >= due_at(cue, duration)
            fired.append(cue.id)
    assert len(fired) == len(set(fired))


@patiently
@given(cues, st.integers(0, 200_000), near_moments)
def test_small_steps_and_one_jump_fire_the_same_cues_in_the_same_order(
    cue_list: list[Cue], end: int, duration: int
) -> None:
    at_once = timeline.due(cue_list, HERE, end, duration, ())
    moments_ms = [max(0, due_at(cue, duration)) for cue in at_once]
    assert moments_ms == sorted(moments_ms)
    jumped = [cue.id for cue in at_once]
    walked: list[CueId] = []
    for position in range(0, end + 1, max(1, end // 50)):
        walked += [cue.id for cue in timeline.due(cue_list, HERE, position, duration, walked)]
    walked += [cue.id for cue in timeline.due(cue_list, HERE, end, duration, walked)]
    assert set(walked) == set(jumped)


@given(actions)
def test_a_drop_is_open_if_and_only_if_its_last_word_was_open(done: list[Action]) -> None:
    last = {action.drop: action for action in done if isinstance(action, OpenDrop | CloseDrop)}
    expected = {drop for drop, action in last.items() if isinstance(action, OpenDrop)}
    assert set(timeline.open_drops(done)) == expected


@given(st.sampled_from(ItemKind), st.booleans(), actions)
def test_a_film_is_never_filmed_and_nothing_is_that_does_not_allow_it(
    kind: ItemKind,
    allowed: bool,
    done: list[Action],
) -> None:
    item = Item(HERE, kind, "x", capture=allowed)
    wanted = timeline.capture_wanted(item, done)
    assert not (wanted and (kind in FILM_KINDS or not allowed))
    assert wanted == (allowed and kind not in FILM_KINDS and any(isinstance(a, BeginCapture) for a in done))


@given(actions)
def test_the_lights_are_what_the_last_cue_said_else_the_item(done: list[Action]) -> None:
    item = Item(HERE, ItemKind.CARD, "x", lights=HouseLights.HALF)
    said = [action.lights for action in done if isinstance(action, SetLights)]
    assert timeline.lights(item, done).look == (said[-1] if said else HouseLights.HALF)
