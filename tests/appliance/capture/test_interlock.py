"""Nothing is kept outside a lease, what is proven was allowed, and the check notices a broken interlock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.gate import Gate
from appliance.capture.interlock import LONGEST_LEASE_S, Interlock
from appliance.capture.packet import Packet, Stream
from appliance.capture.ring import Ring
from appliance.clock import HeldClock
from appliance.model.show_view import Lease

YES = Lease(granted=True, item="qa", event="friday", show="s", seconds=1.0)
NO = Lease(granted=False)


@dataclass(frozen=True)
class Step:
    passes_s: float
    what: str
    """``packet``, ``ask`` or ``flip``: the show changes its mind, and tells nobody."""


steps = st.lists(
    st.builds(Step, st.sampled_from((0.01, 0.1, 0.3, 0.6, 1.2)), st.sampled_from(("packet", "ask", "flip"))),
    max_size=60,
)


def kept_outside(evening: list[Step], may_film: Callable[[Interlock, float], bool]) -> list[str]:
    """Play ``evening`` and say what was kept although it must not have been."""

    class Watched(Interlock):
        __slots__ = ()

        def may_film(self, now_s: float) -> bool:
            return may_film(self, now_s)

    clock = HeldClock()
    ring = Ring(3_600_000_000)
    gate = Gate((ring,), clock, lambda _: None)
    interlock = Interlock()
    gate.open(_as(Watched, interlock))
    allowed, last_yes_s, faults = False, float("-inf"), []
    for step in evening:
        clock.advance(step.passes_s)
        now_s = clock.monotonic()
        if step.what == "flip":
            allowed = not allowed
        elif step.what == "ask":
            before, interlock = interlock, interlock.heard(YES if allowed else NO, now_s, now_s)
            last_yes_s = now_s if allowed else float("-inf")
            if not interlock.continues(before):
                ring.clear()
                gate.open(_as(Watched, interlock))
            gate.renew(_as(Watched, interlock))
        else:
            size = ring.size_bytes
            gate.packet(Packet(b"x", round(now_s * 1_000_000), key=True, stream=Stream.VIDEO, dts_us=0))
            if ring.size_bytes > size and now_s >= last_yes_s + LONGEST_LEASE_S:
                faults.append(f"kept at {now_s} without a fresh leave")
    return faults


def _as(kind: type[Interlock], plain: Interlock) -> Interlock:
    return kind(plain.lease, plain.since_s, plain.proven_s, plain.until_s)


@settings(deadline=None)
@given(steps)
def test_nothing_is_kept_without_a_fresh_leave(evening: list[Step]) -> None:
    assert kept_outside(evening, Interlock.may_film) == []


@pytest.mark.parametrize(
    ("mutant", "evening"),
    [
        (lambda _interlock, _now_s: True, [Step(0.1, "packet")]),
        (
            lambda interlock, _now_s: interlock.lease is not None,
            [Step(0.1, "flip"), Step(0.1, "ask"), Step(1.2, "packet")],
        ),
    ],
    ids=["no interlock", "a lease that never ends"],
)
def test_the_check_above_notices_a_broken_interlock(
    mutant: Callable[[Interlock, float], bool], evening: list[Step]
) -> None:
    assert kept_outside(evening, mutant)


@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 2), st.floats(0, 0.5), st.booleans()), max_size=40))
def test_what_is_proven_was_allowed_by_the_shows_own_word(asked: list[tuple[float, float, bool]]) -> None:
    interlock, now_s = Interlock(), 100.0
    yes_at: list[float] = []
    for passes_s, takes_s, yes in asked:
        now_s += passes_s
        interlock = interlock.heard(YES if yes else NO, now_s, now_s + takes_s)
        yes_at += [now_s] if yes else []
        now_s += takes_s
        if interlock.lease is not None:
            assert interlock.since_s <= interlock.proven_s < interlock.until_s
            assert interlock.until_s <= yes_at[-1] + LONGEST_LEASE_S
            assert interlock.proven_s in (*yes_at, interlock.since_s)
        if not yes:
            assert not interlock.may_film(now_s)


def test_without_a_word_from_the_show_the_answer_is_no() -> None:
    assert not Interlock().may_film(0.0)
    assert not Interlock().may_film(1e9)


def test_a_lease_longer_than_a_second_still_lasts_one_second() -> None:
    generous = Lease(granted=True, item="qa", seconds=3600)
    interlock = Interlock().heard(generous, 10.0, 10.1)
    assert interlock.may_film(10.9)
    assert not interlock.may_film(11.0)


def test_a_yes_that_took_too_long_is_no_leave() -> None:
    assert not Interlock().heard(YES, 10.0, 11.5).may_film(11.5)


def test_another_item_is_a_new_beginning() -> None:
    first = Interlock().heard(YES, 10.0, 10.0)
    same = first.heard(YES, 10.5, 10.5)
    other = same.heard(Lease(granted=True, item="panel", event="friday", show="s", seconds=1.0), 11.0, 11.0)
    assert same.continues(first)
    assert not other.continues(same)
