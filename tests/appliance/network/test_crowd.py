"""A small crowd, and one guest who means harm. The long form is ``tests/bench/joining.py``."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest

from appliance.network import leases
from lab.crowd import Waits, forget, join_all, our_form
from lab.hostile import rage, want_addresses
from lab.joined_phones import until
from lab.namespaces import require_namespaces
from lab.wifi import Venue, venue

PHONES = 20


@pytest.fixture(scope="module")
def hall() -> Iterator[Venue]:
    require_namespaces()
    with venue(PHONES + 1) as made:
        made.start("network", "portal", "front")
        yield made


def given(hall: Venue) -> list[leases.Lease]:
    return list(leases.parse((hall.paths.root / "run" / "network" / "leases").read_text("utf-8")))


def test_twenty_phones_join_at_once_without_a_fault(hall: Venue) -> None:
    waits = asyncio.run(join_all(hall.phones[:PHONES], 2, our_form))
    assert (waits.joined, waits.faults) == (PHONES, [])
    assert len({phone.address for phone in hall.phones[:PHONES]}) == PHONES


def test_one_hostile_guest_keeps_nobody_out(hall: Venue) -> None:
    crowd, guest = hall.phones[: PHONES // 2], hall.phones[-1].join()
    forget(crowd)
    for phone in crowd:  # other people's phones, at other addresses
        phone.namespace.ip(
            "link", "set", "wlan0", "address", "02:00:00:00:01:" + phone.namespace.name[-1] + "0"
        )

    async def all_at_once() -> Waits:
        until = asyncio.Event()
        raging = asyncio.create_task(rage(guest, until))
        waits = await join_all(crowd, 2, our_form)
        until.set()
        did = await raging
        assert did.questions > 1000
        assert did.connections > 10
        return waits

    waits = asyncio.run(all_at_once())
    assert (waits.joined, waits.faults) == (len(crowd), [])


def test_a_guest_who_wants_every_address_gets_a_handful(hall: Venue) -> None:
    guest = hall.phones[0].namespace
    guest.ip("link", "set", "wlan0", "address", "02:00:00:00:02:00")
    before = len(given(hall))
    for _ in range(20):
        want_addresses(guest, 60)
        time.sleep(0.05)
    until(lambda: len(given(hall)) > before)
    time.sleep(0.5)  # for more than it may give
    assert len(given(hall)) - before <= 30


@pytest.mark.soak
def test_addresses_taken_by_forged_devices_come_back_and_phones_get_in(hall: Venue) -> None:
    for _ in range(60):
        want_addresses(hall.phones[-1].namespace, 30, forge_senders=True)
        time.sleep(0.1)
    assert len(given(hall)) > 1000
    deadline = time.monotonic() + 60
    while len(given(hall)) > 850:  # a fifth stays free for those who come
        assert time.monotonic() < deadline
        time.sleep(0.5)
    forget(hall.phones[:1])
    assert hall.phones[0].dhcp(20).wait() == 0
