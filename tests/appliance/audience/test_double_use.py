"""Double use over boxes that could not talk: found, and settled the same by whoever asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from appliance.audience.double_use import Entry, settle

AT = datetime(2026, 11, 27, 19, 0, tzinfo=UTC)
A = Entry("e", "pass:1", "a", AT + timedelta(minutes=9), proven=True)
B = Entry("e", "pass:1", "b", AT, proven=True)

ENTRIES = st.lists(
    st.builds(
        Entry,
        st.sampled_from(["e", "f"]),
        st.sampled_from(["pass:1", "pass:2", "guest:1"]),
        st.sampled_from(["a", "b", "c"]),
        st.integers(0, 600).map(lambda minutes: AT + timedelta(minutes=minutes)),
        st.booleans(),
        st.integers(1, 4),
        st.integers(0, 9),
        st.none() | st.integers(600, 700).map(lambda minutes: AT + timedelta(minutes=minutes)),
    ),
    max_size=12,
)


def test_the_earlier_one_counts_where_both_clocks_were_proven() -> None:
    settled = settle([A, B])
    assert settled.came == (B,)
    assert [(double.counted, double.beside) for double in settled.doubles] == [(B, A)]


def test_the_box_that_comes_first_counts_where_a_clock_was_not() -> None:
    assert settle([replace(A, proven=False), B]).came[0].box == "a"
    assert settle([A, replace(B, proven=False, at=datetime(1970, 1, 1, tzinfo=UTC))]).came[0].box == "a"


def test_who_left_by_one_door_and_came_in_by_the_other_used_nothing_twice() -> None:
    left = replace(B, left=B.at + timedelta(minutes=5))
    assert settle([A, left]).doubles == ()
    assert len(settle([replace(A, proven=False), left]).doubles) == 1


def test_coming_back_by_the_same_door_is_no_other_use() -> None:
    settled = settle([B, replace(B, at=B.at + timedelta(hours=1))])
    assert (len(settled.came), settled.doubles) == (1, ())


@given(ENTRIES, st.randoms(use_true_random=False))
def test_in_any_order_the_answer_is_the_same_and_everybody_counts_once(
    entries: list[Entry], chance: Random
) -> None:
    settled = settle(entries)
    shuffled = list(entries) * 2  # at-least-once on the wire
    chance.shuffle(shuffled)
    assert settle(shuffled) == settled
    assert {(one.event, one.subject) for one in settled.came} == {(one.event, one.subject) for one in entries}
    assert len(settled.came) == len({(one.event, one.subject) for one in settled.came})
    for double in settled.doubles:
        assert double.counted in settled.came
        assert double.counted.box != double.beside.box
