"""The ring keeps what a cut needs, and forgets the rest."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.capture.packet import Packet, Stream
from appliance.capture.ring import Ring

KEEP_US = 1_000_000

packets = st.lists(
    st.builds(
        lambda step, key, sound, size: (step, key, sound, size),
        st.integers(min_value=-200_000, max_value=400_000),
        st.booleans(),
        st.booleans(),
        st.integers(min_value=1, max_value=40),
    ),
    max_size=80,
)


def taken(steps: list[tuple[int, bool, bool, int]]) -> list[Packet]:
    now_us = 5_000_000
    made = []
    for number, (step, key, sound, size) in enumerate(steps):
        now_us += step
        stream = Stream.AUDIO if sound else Stream.VIDEO
        made.append(Packet(bytes([number]) * size, now_us, key or sound, stream, now_us))
    return made


def picture(pts_us: int, *, key: bool = False, size: int = 10) -> Packet:
    return Packet(b"x" * size, pts_us, key, Stream.VIDEO, pts_us)


@settings(deadline=None)
@given(packets, st.integers(4_000_000, 20_000_000), st.integers(0, 5_000_000))
def test_a_snapshot_begins_with_a_key_frame_and_holds_nothing_from_outside(
    steps: list[tuple[int, bool, bool, int]], from_us: int, length_us: int
) -> None:
    ring = Ring(KEEP_US, most_bytes=200)
    pushed = taken(steps)
    for packet in pushed:
        ring.push(packet)
    until_us = from_us + length_us
    kept = ring.snapshot(from_us, until_us)
    assert [packet for packet in pushed if packet in kept] == list(kept)  # as they came, each once
    if kept:
        assert kept[0].key
        assert kept[0].stream is Stream.VIDEO
        assert all(kept[0].pts_us <= packet.pts_us <= until_us for packet in kept)


@settings(deadline=None)
@given(packets)
def test_the_ring_holds_no_more_than_it_was_given_room_for(steps: list[tuple[int, bool, bool, int]]) -> None:
    ring = Ring(KEEP_US, most_bytes=200)
    for packet in taken(steps):
        ring.push(packet)
        assert ring.size_bytes <= 200


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(10_000, 300_000), st.booleans()), min_size=1, max_size=80))
def test_it_reaches_back_as_far_as_asked_and_at_most_one_group_further(
    steps: list[tuple[int, bool]],
) -> None:
    ring = Ring(KEEP_US)
    now_us, keys = 0, [0]
    ring.push(picture(0, key=True))
    for step, key in steps:
        now_us += step
        keys += [now_us] if key else []
        ring.push(picture(now_us, key=key))
    longest_us = max(later - sooner for sooner, later in zip([*keys], [*keys[1:], now_us], strict=True))
    assert min(now_us, KEEP_US) <= ring.buffered_us <= KEEP_US + longest_us


def test_nothing_is_kept_before_the_first_key_frame() -> None:
    ring = Ring(KEEP_US)
    ring.push(picture(1))
    ring.push(Packet(b"s", 2, key=True, stream=Stream.AUDIO, dts_us=2))
    assert ring.size_bytes == 0
    assert ring.snapshot(0, 10) == ()


def test_a_snapshot_reaches_back_to_the_key_frame_before_its_beginning() -> None:
    ring = Ring(10_000_000)
    for number in range(100):
        ring.push(picture(number * 100_000, key=number % 10 == 0))
    kept = ring.snapshot(4_550_000, 6_000_000)
    assert kept[0].pts_us == 4_000_000
    assert kept[-1].pts_us == 6_000_000


def test_a_frame_that_needs_a_later_one_is_not_kept_without_it() -> None:
    ring = Ring(KEEP_US)
    ring.push(picture(0, key=True))
    ring.push(Packet(b"P", 300, key=False, stream=Stream.VIDEO, dts_us=100))
    ring.push(Packet(b"B", 200, key=False, stream=Stream.VIDEO, dts_us=200))
    assert [packet.pts_us for packet in ring.snapshot(0, 250)] == [0]


def test_one_endless_group_is_forgotten_instead_of_filling_the_memory() -> None:
    ring = Ring(KEEP_US, most_bytes=100)
    ring.push(picture(0, key=True))
    for number in range(1, 30):
        ring.push(picture(number * 1000))
    assert ring.size_bytes <= 100
    assert ring.snapshot(0, KEEP_US) == ()


def test_clear_forgets_everything() -> None:
    ring = Ring(KEEP_US)
    ring.push(picture(0, key=True))
    ring.clear()
    assert (ring.size_bytes, ring.buffered_us, ring.snapshot(0, KEEP_US)) == (0, 0, ())
