from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.model.network_view import RadioState
from appliance.network.radio import (
    GRACE_S,
    JOIN_S,
    RETRY_S,
    START_S,
    Order,
    Radio,
    Seen,
    Wish,
    deadline,
    step,
)
from appliance.network.radio_none import SimulatedRadio

_SEEN = st.builds(Seen, st.booleans(), st.booleans(), st.booleans(), st.integers(0, 3))
_RADIOS = st.builds(Radio, st.sampled_from(RadioState), st.floats(0, 100), st.integers(0, 4))


class Box:
    """The machine and a radio on a clock that stands until told."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.technology = SimulatedRadio()
        self.radio = Radio()
        self.now = 0.0

    def after(self, seconds: float, phones: int = 0) -> RadioState:
        """Each second a step."""
        for _ in range(round(seconds)):
            self.now += 1
            seen = self.technology.seen()
            at = Seen(seen.radio, seen.hotspot, seen.joined, phones)
            self.radio, order = step(self.radio, self.wish, at, self.now)
            if order is not None:
                self.technology.obey(order)
        return self.radio.state


def test_a_hotspot_stands_and_stays() -> None:
    box = Box(Wish.HOTSPOT)
    assert box.after(2) is RadioState.HOTSPOT
    assert box.after(1000) is RadioState.HOTSPOT
    assert box.technology.orders == [Order.HOTSPOT]


def test_a_hotspot_that_does_not_come_is_begun_anew_ever_more_calmly() -> None:
    box = Box(Wish.HOTSPOT)
    box.technology.can_host = False
    assert box.after(300) is RadioState.OFFLINE
    assert 4 <= len(box.technology.orders) <= 300 / START_S
    box.technology.can_host = True
    assert box.after(START_S * 4 + 2) is RadioState.HOTSPOT


def test_a_network_that_is_not_there_gives_the_hotspot_back_so_that_somebody_can_say_so() -> None:
    box = Box(Wish.JOIN)
    box.technology.can_join = False
    assert box.after(5) is RadioState.CONNECTING
    assert box.after(JOIN_S + 2) is RadioState.HOTSPOT


def test_a_lost_network_may_come_back_before_anything_is_done() -> None:
    box = Box(Wish.JOIN)
    assert box.after(3) is RadioState.CONNECTED
    box.technology.now = Seen(radio=True)
    assert box.after(GRACE_S / 2) is RadioState.OFFLINE
    box.technology.now = Seen(radio=True, joined=True)
    assert box.after(2) is RadioState.CONNECTED
    assert box.technology.orders == [Order.JOIN]


def test_nobodys_phone_is_thrown_out_to_look_for_the_known_network() -> None:
    box = Box(Wish.JOIN)
    box.technology.can_join = False
    box.after(JOIN_S + 10)
    before = len(box.technology.orders)
    assert box.after(RETRY_S * 3, phones=2) is RadioState.HOTSPOT
    assert len(box.technology.orders) == before
    box.technology.can_join = True
    assert box.after(10) is RadioState.CONNECTED


@settings(deadline=None)
@given(_RADIOS, st.sampled_from(Wish), _SEEN, st.floats(100, 1000))
def test_no_state_lasts_beyond_its_deadline(radio: Radio, wish: Wish, seen: Seen, now: float) -> None:
    after, order = step(radio, wish, seen, now)
    due = deadline(after)
    if due is not None and now > due + START_S * 4:
        assert (after, order) != (radio, None)
    assert (after.state is RadioState.NONE) == (not seen.radio or wish is Wish.NOTHING)


@settings(deadline=None)
@given(_RADIOS, st.sampled_from(Wish), st.floats(100, 1000))
def test_without_a_radio_nothing_is_ordered(radio: Radio, wish: Wish, now: float) -> None:
    after, order = step(radio, wish, Seen(radio=False), now)
    assert (after.state, order) == (RadioState.NONE, None)
