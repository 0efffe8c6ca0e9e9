"""Rehearsal: each check is shown failing by a lever and says what to do; the machine never ends too early."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.clock import ClockTrust
from appliance.model import rehearsal
from appliance.model.licence import Outside
from appliance.model.permit import Finding, Permit, audit
from appliance.model.rehearsal import ASKED, QUESTIONS, Outcome, Rehearsal, Stage
from appliance.model.rehearsal_fails import CHECK_WORDS, FAILS, Check, Fail, sheet
from appliance.model.rehearsal_readings import Film, Readings, findings

NOW = datetime(2026, 11, 27, 18, 42, tzinfo=UTC)
DAY = date(2026, 11, 27)


def papers(without: Outside) -> tuple[Finding, ...]:
    return audit([Permit("p", "Permit", without=without)], DAY, DAY, ClockTrust.PROVEN)


WELL = Readings(
    films=(Film("tide.mp4"), Film("trailer.mp4")),
    filming=True,
    camera=True,
    sound_db=-31.0,
    ceiling=40,
    capacity=40,
    temperature_c=51.0,
    weak_power=False,
    battery_percent=90,
)
LEVERS: Mapping[Fail, Readings] = {
    Fail.FILM_MISSING: replace(WELL, films=(Film("tide.mp4", is_here=False),)),
    Fail.FILM_DAMAGED: replace(WELL, films=(Film("tide.mp4", is_whole=False),)),
    Fail.WILL_NOT_PLAY: replace(WELL, films=(Film("tide.mp4", plays=False),)),
    Fail.PLAYER_AWAY: replace(WELL, player_answers=False),
    Fail.NO_PROJECTOR: replace(WELL, lacks=("There is no projector.",)),
    Fail.CAMERA_AWAY: replace(WELL, camera=False),
    Fail.CAMERA_FAULT: replace(WELL, camera_faults=("The microphone is gone.",)),
    Fail.MICROPHONE_AWAY: replace(WELL, sound_db=None, sound_fault="This box has no microphone."),
    Fail.MICROPHONE_STILL: replace(WELL, sound_db=-91.0),
    Fail.MICROPHONE_LOUD: replace(WELL, sound_db=0.0),
    Fail.PORTAL_WRONG: replace(WELL, portal=(5, 7)),
    Fail.RADIO_SMALL: replace(WELL, ceiling=19),
    Fail.DISK_FULL: replace(WELL, free_bytes=1_000_000_000),
    Fail.HOT: replace(WELL, temperature_c=81.0),
    Fail.POWER_WEAK: replace(WELL, weak_power=True),
    Fail.ON_BATTERY: replace(WELL, on_battery=True, battery_percent=80, battery_minutes=30),
    Fail.BATTERY_LOW: replace(WELL, battery_percent=39),
    Fail.CLOCK_UNKNOWN: replace(WELL, clock=ClockTrust.NONE),
    Fail.UPLINK_AWAY: replace(WELL, uplink=False),
    Fail.PERMIT_BAD: replace(WELL, permits=papers(Outside.REFUSE)),
    Fail.CAPACITY_UNSAID: replace(WELL, capacity=None, ceiling=60),
    Fail.EXITS_UNSAID: replace(WELL, exits=0),
}
BY_EYE_AND_EAR = {
    Check.PICTURE: Fail.PICTURE_WRONG,
    Check.LEFT: Fail.LEFT_WRONG,
    Check.RIGHT: Fail.RIGHT_WRONG,
    Check.LEVEL: Fail.LEVEL_WRONG,
    Check.LIP_SYNC: Fail.LIP_SYNC_WRONG,
    Check.LIGHTS: Fail.LIGHTS_WRONG,
}


def test_every_fail_state_has_its_lever() -> None:
    assert {*LEVERS, *BY_EYE_AND_EAR.values()} == set(Fail) == set(FAILS)
    assert set(CHECK_WORDS) == set(Check)
    assert set(QUESTIONS) == set(ASKED) == set(BY_EYE_AND_EAR)


def test_a_box_that_is_well_finds_nothing() -> None:
    found = findings(WELL, lights=True)
    assert [finding.check for finding in found if finding.fail] == []
    assert {finding.check for finding in found} == set(Check) - set(ASKED)


@pytest.mark.parametrize("fail", LEVERS)
def test_each_lever_makes_its_check_fail_and_say_what_to_do(fail: Fail) -> None:
    failed = [finding for finding in findings(LEVERS[fail], lights=True) if finding.fail is not None]
    (finding,) = failed
    assert finding.fail is fail
    assert finding.check is FAILS[fail].check
    assert finding.outcome is (Outcome.BAD if FAILS[fail].is_grave else Outcome.CARE)
    assert finding.seen
    assert finding.words.endswith(".")
    assert len(finding.remedy) > 20


@pytest.mark.parametrize("check", BY_EYE_AND_EAR)
def test_a_no_to_each_question_fails_and_says_what_to_do(check: Check) -> None:
    state = rehearsal.looked(rehearsal.begin("e", "E", NOW), findings(WELL, lights=True), NOW)
    finding = rehearsal.answered(state, check, NOW, well=False).of(check)
    assert finding is not None
    assert (finding.outcome, finding.fail) == (Outcome.BAD, BY_EYE_AND_EAR[check])
    assert len(finding.remedy) > 20


def test_a_permit_that_only_warns_lets_the_rehearsal_be_well() -> None:
    (finding,) = [
        one for one in findings(replace(WELL, permits=papers(Outside.WARN)), lights=True) if one.fail
    ]
    assert (finding.check, finding.outcome) == (Check.PERMITS, Outcome.CARE)


def test_what_is_not_here_is_not_asked_for() -> None:
    bare = Readings(films=(Film("a"),), capacity=30)
    found = {one.check: one.outcome for one in findings(bare, lights=False)}
    absent = {Check.LIGHTS, Check.CAMERA, Check.MICROPHONE, Check.TEMPERATURE, Check.POWER, Check.PERMITS}
    assert {check for check, outcome in found.items() if outcome is Outcome.ABSENT} == absent
    state = rehearsal.looked(rehearsal.begin("e", "E", NOW), findings(bare, lights=False), NOW)
    assert Check.LIGHTS not in state.waiting


def done(*, well: bool = True) -> Rehearsal:
    state = rehearsal.looked(rehearsal.begin("e", "E", NOW), findings(WELL, lights=True), NOW)
    for check in ASKED:
        state = rehearsal.answered(state, check, NOW, well=well or check is not Check.LEFT)
    return state


def test_it_ends_with_the_last_answer_and_not_before() -> None:
    state = rehearsal.looked(rehearsal.begin("e", "E", NOW), findings(WELL, lights=True), NOW)
    for number, check in enumerate(ASKED, start=1):
        assert state.ended is None
        at = NOW + timedelta(minutes=number)
        state = rehearsal.answered(state, check, at, well=True)
    assert state.ended == at
    assert rehearsal.again(state, Check.LEFT).ended is None
    assert rehearsal.again(state, Check.FILMS).ended is None


def test_the_idle_card_says_when_and_how_it_went() -> None:
    assert done().words == "rehearsed 18:42, all well"
    assert done(well=False).words == "rehearsed 18:42, 1 to see to"
    assert rehearsal.again(done(), Check.LEFT).words == ""
    assert rehearsal.begin("e", "E", NOW).words == ""


ACTS = st.one_of(
    st.tuples(st.just("looked"), st.sampled_from([WELL, *LEVERS.values()])),
    st.tuples(st.just("answered"), st.tuples(st.sampled_from(Check), st.booleans())),
    st.tuples(st.just("again"), st.sampled_from(Check)),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, max_size=25))
def test_it_is_done_exactly_when_everything_was_looked_at_and_answered(
    acts: list[tuple[str, object]],
) -> None:
    state = rehearsal.begin("e", "E", NOW)
    for name, what in acts:
        if name == "looked" and isinstance(what, Readings):
            state = rehearsal.looked(state, findings(what, lights=True), NOW)
        elif name == "answered" and isinstance(what, tuple):
            state = rehearsal.answered(state, what[0], NOW, well=what[1])
        elif isinstance(what, Check):
            state = rehearsal.again(state, what)
        checks = [finding.check for finding in state.findings]
        assert len(checks) == len(set(checks))
        whole = state.looked and set(checks) == set(Check)
        assert (state.stage is Stage.DONE) is whole
        assert bool(state.words) is whole
        assert (state.stage is Stage.ASKING) is (state.looked and not whole)


def test_the_fail_state_sheet_of_the_manual_is_what_the_code_says() -> None:
    shipped = resources.files("webui.help").joinpath("rehearsal.md").read_text("utf-8")
    assert shipped.endswith(sheet()), "write it again: `python -m appliance.model.write_fail_sheet`"
