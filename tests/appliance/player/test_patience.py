"""How long nothing moved, by looks: a property for what a busy box does to them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from appliance.player.patience import STILL_S, Patience

LOOK_S = 0.02
Gaps = st.lists(st.floats(0, 600), max_size=50)


def looked(patience: Patience, seconds: float, *, moving: bool = False) -> None:
    for count in range(round(seconds / LOOK_S)):
        patience.look(count * LOOK_S, (count if moving else 0,))


def test_who_moves_is_not_still_and_who_stops_is() -> None:
    patience = Patience()
    looked(patience, 5 * STILL_S, moving=True)
    assert patience.still_s == 0
    patience.begin(0.0)
    looked(patience, STILL_S + 1)
    assert patience.still_s > STILL_S


def test_what_plays_without_a_picture_gets_nowhere_however_much_it_reads() -> None:
    patience = Patience()
    patience.plays()
    looked(patience, STILL_S + 1, moving=True)
    assert patience.still_s > STILL_S


@given(Gaps)
def test_a_wait_for_the_card_is_no_stillness(gaps: list[float]) -> None:
    patience, now = Patience(), 0.0
    for gap in gaps:
        now += gap
        patience.look(now, None)
    assert patience.still_s == 0


@given(Gaps)
def test_gaps_between_looks_never_make_a_film_still_sooner(gaps: list[float]) -> None:
    patience, now = Patience(), 0.0
    for count, gap in enumerate(gaps, 1):
        now += gap
        patience.look(now, (0,))
        assert patience.still_s <= min(now, count * 0.03) + 1e-6
        assert patience.still_s <= patience.passed_s
