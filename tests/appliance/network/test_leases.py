from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.network.leases import FULL_SHARE, Lease, neighbours, parse, to_reclaim, without

NOW, LEASE_S, ROOM = 10_000.0, 600, 100
OLD = int(NOW) + LEASE_S - 120


def _leases(count: int, ends: int = OLD) -> list[Lease]:
    return [Lease(ends, f"02:00:00:00:00:{number:02x}", f"10.41.0.{number + 10}") for number in range(count)]


def test_while_there_is_room_nothing_is_taken_back() -> None:
    assert to_reclaim(_leases(round(ROOM * FULL_SHARE) - 1), {}, ROOM, LEASE_S, NOW) == frozenset()


def test_who_uses_an_address_keeps_it_and_who_took_it_for_nothing_does_not() -> None:
    leases = _leases(90)
    users = {lease.address: lease.mac for lease in leases[:20]}
    assert to_reclaim(leases, users, ROOM, LEASE_S, NOW) == {lease.address for lease in leases[20:]}


def test_somebody_else_at_an_address_does_not_keep_the_lease() -> None:
    leases = _leases(90)
    others = {lease.address: "02:ff:ff:ff:ff:ff" for lease in leases}
    assert len(to_reclaim(leases, others, ROOM, LEASE_S, NOW)) == 90


def test_nobodys_first_half_minute_is_cut_short() -> None:
    assert to_reclaim(_leases(90, int(NOW) + LEASE_S - 5), {}, ROOM, LEASE_S, NOW) == frozenset()


@settings(deadline=None)
@given(st.text())
def test_any_file_is_read_without_a_fault(text: str) -> None:
    for lease in parse(text):
        assert lease.address not in {
            other.address for other in parse(without(text, frozenset({lease.address})))
        }


def test_the_kernels_list_of_neighbours_is_read_by_bridge_and_only_who_answered() -> None:
    arp = """IP address       HW type     Flags       HW address            Mask     Device
10.41.0.57       0x1         0x2         02:AA:00:00:00:57     *        matinee0
10.41.0.58       0x1         0x0         00:00:00:00:00:00     *        matinee0
192.168.77.1     0x1         0x2         02:aa:00:00:00:01     *        up0
"""
    assert neighbours(arp, "matinee0") == {"10.41.0.57": "02:aa:00:00:00:57"}
