"""Whatever operators do and whenever the process dies: the room is as if it had not died."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import CueId, ItemId
from appliance.model.callout import callout
from appliance.model.change import PutIn, StartLater, Stretch, Swap, TakeOut
from appliance.model.lighting import Lighting
from appliance.model.programme import HouseLights
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from appliance.show.director import Director
from appliance.show.journal import Journal
from appliance.show.machine import ShowState
from lab.full_evening import MANIFEST
from lab.show_house import House

Act = Callable[[Director], object]
_ITEMS = [
    ItemId(name) for name in ("doors", "welcome", "trailer", "short", "break", "talk", "closing", "spare")
]
_CUES = [CueId(name) for name in ("who-speaks", "who-spoke", "sell", "bell", "dim")]
_BEFORE = datetime(2026, 11, 27, 18, 18, tzinfo=UTC)

items = st.sampled_from(_ITEMS)
acts = st.one_of(
    st.sampled_from(Verb).map(lambda verb: lambda director: director.press(verb)),
    items.map(lambda item: lambda director: director.enter(item)),
    st.sampled_from(_CUES).map(lambda cue: lambda director: director.fire(cue)),
    st.integers(0, 20_000).map(lambda place: lambda director: director.seek(place)),
    st.sampled_from(HouseLights).map(lambda look: lambda director: director.lights(Lighting(look))),
    st.sampled_from([0.0, 0.5, 1.0]).map(lambda level: lambda director: director.volume(level)),
    st.just(lambda director: director.trigger("bar-bell")),
    st.sampled_from(["", "What did it cost?"]).map(
        lambda text: lambda director: director.call_out(callout(text))
    ),
    st.one_of(
        st.builds(TakeOut, items),
        st.builds(PutIn, items, st.none() | items),
        st.builds(Swap, items, items),
        st.builds(Stretch, items, st.sampled_from([-5, 60])),
        st.builds(StartLater, st.sampled_from([-300, 600])),
    ).map(lambda change: lambda director: director.change(change)),
)


@dataclass(frozen=True)
class Deed:
    act: Act
    then_s: int
    crashes: bool


evenings = st.lists(st.builds(Deed, acts, st.sampled_from([1, 1, 2, 5, 30, 300]), st.booleans()), max_size=25)


def room(house: House) -> tuple[object, ...]:
    """All that anybody in the room could tell."""
    director = house.director
    view = director.view()
    wanted = repr(director.wanted()).replace(view.show, "SHOW")
    return (
        *(wanted, director.standing(), director.lease().granted, view.phase, view.index, view.items),
        *(view.position_ms, view.visit, view.open_drops, view.call, view.late_s, view.cues),
    )


def lived(evening: list[Deed], root: Path, *, dies: bool) -> list[tuple[object, ...]]:
    house = House(Paths(root).ensure(), HeldClock(_BEFORE), MANIFEST, boot="first")
    house.load()
    seen = []
    for deed in evening:
        with suppress(MatineeError):
            deed.act(house.director)
        house.run(deed.then_s, step_s=1.0)
        if dies and deed.crashes:
            house.crash()
            house.director.see(house.status)
        seen.append(room(house))
    house.close()
    return seen


def check(evening: list[Deed]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        quiet = lived(evening, Path(folder, "quiet"), dies=False)
        dying = lived(evening, Path(folder, "dying"), dies=True)
    assert dying == quiet


@settings(deadline=None, max_examples=25)
@given(evenings)
def test_a_room_whose_show_dies_again_and_again_is_as_one_whose_show_never_died(evening: list[Deed]) -> None:
    check(evening)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@settings(deadline=None, max_examples=1000)
@given(evenings)
def test_the_same_a_thousand_times(evening: list[Deed]) -> None:
    check(evening)


def press(verb: Verb) -> Act:
    return lambda director: director.press(verb)


_BITES = [Deed(press(Verb.GO), 2, crashes=True)] * 4 + [
    Deed(lambda director: director.lights(Lighting(HouseLights.HALF)), 1, crashes=True),
    Deed(lambda director: director.volume(0.5), 1, crashes=True),
    Deed(lambda director: director.change(StartLater(600)), 1, crashes=True),
]


def test_the_evening_that_must_notice_is_well_by_itself() -> None:
    check(_BITES)


@pytest.mark.parametrize("broken", ["checkpoint", "restore", "by_hand"])
def test_the_check_notices_a_show_that_forgets(broken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forgets = {
        "checkpoint": lambda *_: None,
        "restore": lambda *_: ShowState(Phase.STANDBY),
        "by_hand": lambda self, *_: _BY_HAND(self, None, 0),
    }
    _BY_HAND = Journal.by_hand  # noqa: N806 what it was
    monkeypatch.setattr(Journal, broken, forgets[broken])
    with pytest.raises(AssertionError):
        check(_BITES)
