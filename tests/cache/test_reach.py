from __future__ import annotations

import ipaddress

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from appliance.clock import HeldClock
from cache.pace import Pace, SlowGuard
from cache.reach import Reach


@given(st.ip_addresses())
def test_only_public_addresses_are_reached(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    if isinstance(address, ipaddress.IPv6Address):  # what holds another address is looked at below
        assume(not (address.ipv4_mapped or address.sixtofour or address.teredo))
    private = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    assert not (private and Reach().allows_address(str(address)))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0",  # noqa: S104 nothing is bound
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "224.0.0.1", "ff02::1", "255.255.255.255", "2130706433", "", "localhost",
    ],
)  # fmt: skip
def test_nothing_private_is(address: str) -> None:
    assert not Reach().allows_address(address)


def test_what_was_said_by_name_is() -> None:
    reach = Reach.of(["10.77.0.1"])
    assert reach.allows_address("10.77.0.1")
    assert not reach.allows_address("10.77.0.2")
    assert Reach().allows_address("9.9.9.9")
    assert Reach().allows_address("2620:fe::fe")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://films.example.org/a.mp4", True), ("HTTPS://films.example.org", True),
        ("http://films.example.org/a.mp4", False), ("file:///etc/passwd", False), ("ftp://a/b", False),
        ("https://user:secret@films.example.org/", False), ("https://", False), ("https://a:99999/", False),
        ("//films.example.org", False), ("", False), ("https://[::1", False), ("gopher://a", False),
    ],
)  # fmt: skip
def test_forms_of_addresses(url: str, allowed: bool) -> None:
    assert Reach().allows_url(url) is allowed


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(0, 100_000)), max_size=40))
def test_a_slow_line_is_left_only_if_a_whole_window_brought_too_little(
    steps: list[tuple[float, int]],
) -> None:
    clock = HeldClock()
    guard, since, came = SlowGuard(clock), clock.monotonic(), 0
    for seconds, size in steps:
        clock.advance(seconds)
        came += size
        passed = clock.monotonic() - since
        expected = passed < 30 or came >= 30 * 1024
        assert guard.passes(size) is expected
        if passed >= 30:
            since, came = clock.monotonic(), 0


@settings(deadline=None)
@given(st.lists(st.integers(1, 1 << 20), min_size=1, max_size=30), st.integers(1000, 10_000_000))
def test_a_pace_is_kept(sizes: list[int], bytes_s: int) -> None:
    clock = HeldClock()
    began, pace = clock.monotonic(), Pace(clock, bytes_s)
    for size in sizes:
        pace.spend(size)
    assert clock.monotonic() - began == pytest.approx(sum(sizes) / bytes_s, rel=1e-6)
