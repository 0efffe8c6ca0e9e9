from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from appliance.model.show_view import Phase, Verb
from appliance.show import machine
from appliance.show.machine import ShowState
from lab.evening import loaded

PROGRAMME = loaded().event.programme
FIRST = ShowState(Phase.STANDBY)


def press(state: ShowState, *verbs: Verb) -> ShowState:
    for verb in verbs:
        state = machine.press(state, verb, PROGRAMME)
    return state


@given(st.lists(st.one_of(st.sampled_from(Verb), st.just("end"), st.integers(0, 20_000)), max_size=60))
def test_over_any_order_of_verbs_the_show_stands_somewhere_on_its_programme(acts: list[object]) -> None:
    state = FIRST
    for act in acts:
        before = state
        try:
            if isinstance(act, Verb):
                state = machine.press(state, act, PROGRAMME)
            elif isinstance(act, int):
                state = replace(state, position_ms=act)
            elif state.phase is Phase.RUNNING:
                state = machine.finish(state, PROGRAMME)
        except MatineeError as refused:
            assert refused.key.startswith("show.")
            assert state == before
        assert state.current is None or PROGRAMME.item(state.current)
        assert state.visit >= before.visit
        assert state.phase is not Phase.NONE
        if state.phase in {Phase.RUNNING, Phase.PAUSED, Phase.HELD, Phase.OVER}:
            assert state.current is not None


@given(st.lists(st.sampled_from(Verb), max_size=20))
def test_panic_is_never_refused_and_resume_leads_back_to_the_same_place(verbs: list[Verb]) -> None:
    state = FIRST
    for verb in verbs:
        try:
            state = machine.press(state, verb, PROGRAMME)
        except MatineeError:
            continue
    calm = press(state, Verb.PANIC)
    assert calm.phase is Phase.PANIC
    back = press(calm, Verb.RESUME)
    assert (back.current, back.visit, back.position_ms) == (state.current, state.visit, state.position_ms)


def test_go_leaves_a_card_and_never_a_running_film() -> None:
    card = press(FIRST, Verb.GO)
    film = press(card, Verb.GO)
    assert (card.current, film.current) == ("welcome", "trailer")
    with pytest.raises(MatineeError) as caught:
        press(film, Verb.GO)
    assert caught.value.key == "show.film_running"
    assert press(film, Verb.NEXT).current == "short"


def test_back_starts_the_item_again_or_goes_to_the_one_before() -> None:
    film = press(FIRST, Verb.GO, Verb.GO)
    late = replace(film, position_ms=machine.RESTART_WITHIN_MS + 1)
    assert press(late, Verb.BACK).current == "trailer"
    assert press(film, Verb.BACK).current == "welcome"
    with pytest.raises(MatineeError) as caught:
        press(film, Verb.BACK, Verb.BACK)
    assert caught.value.key == "show.at_start"


def test_the_end_of_a_film_leads_on_and_the_last_go_ends_the_show() -> None:
    film = press(FIRST, Verb.GO, Verb.GO)
    short = machine.finish(film, PROGRAMME)
    rest = machine.finish(short, PROGRAMME)
    assert (short.current, rest.current) == ("short", "break")
    assert press(rest, Verb.GO, Verb.GO, Verb.GO).phase is Phase.OVER


def test_hold_stands_and_go_goes_on_with_the_next() -> None:
    held = press(FIRST, Verb.GO, Verb.GO, Verb.HOLD)
    assert held.phase is Phase.HELD
    assert press(held, Verb.GO).current == "short"
