"""Uplinks as cafés have them: everything arrives whole, once, and little of it twice."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from appliance.bucket.opening import open_bucket
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.store.outbox import Lane
from appliance.sync import push
from lab.fault_proxy import FaultProxy, Faults
from lab.filming import clip_of
from lab.namespaces import namespaces, require_namespaces
from lab.object_store_fixture import box_settings, opened, organiser_settings
from lab.outbox_owners import arrived
from lab.pushing_box import Box

MODEM = 8000
"""64 kbit/s."""


@pytest.fixture
def far(box: Box, object_store: ObjectStore) -> Iterator[tuple[Box, FaultProxy]]:
    with FaultProxy(int(object_store.endpoint.rpartition(":")[2])) as line:
        bucket = open_bucket(box_settings(object_store, endpoint=f"http://127.0.0.1:{line.port}"))
        assert bucket is not None
        box.bucket, box.reads = bucket, opened(organiser_settings(object_store))
        box.start()
        yield box, line


def mended(line: FaultProxy) -> None:
    line.faults = Faults()


def push_over(box: Box, mend: Callable[[], object], clip_bytes: int, tmp_path: Path) -> int:
    """Rows and a clip; pushes until all is there, and gives how many tries broke off.

    ``mend`` makes the line a good one, before it is looked what arrived.
    """
    rows = {box.owners.person(), box.owners.fact(), box.owners.fact()}
    key, content = clip_of(box, clip_bytes)
    broken = 0
    while box.rows.pushed().get(Lane.CLIPS, 0) < 1:
        try:
            box.push_all()
        except MatineeError as fault:
            assert fault.key == "bucket.away"
            broken += 1
            assert broken < 10_000
    mend()
    found = arrived(box.reads, tmp_path / "read", "boxes/box=box/")
    assert rows <= set(found.rows)
    assert not found.double
    assert box.reads.get(key) == content
    return broken


def test_a_line_that_goes_in_the_middle_and_comes_again(
    far: tuple[Box, FaultProxy], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push, "LOOK_S", 0.0)
    box, line = far
    line.faults = Faults(bytes_per_s=20e6)
    downs = iter((3_000_000, 9_000_000))
    at = [next(downs)]

    def go() -> bool:
        if line.seen.up_bytes > at[0]:
            at[0] = next(downs, 1 << 40)
            line.go_down(0.3)
        return False

    box.pusher.overtake = go
    assert push_over(box, partial(mended, line), 11_000_000, tmp_path) > 0


def test_a_modem_is_slow_and_no_fault(far: tuple[Box, FaultProxy], tmp_path: Path) -> None:
    box, line = far
    line.faults = Faults(bytes_per_s=MODEM, latency_s=0.1)
    assert push_over(box, partial(mended, line), 12_000, tmp_path) == 0


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_five_seconds_on_and_ten_off(far: tuple[Box, FaultProxy], tmp_path: Path) -> None:
    box, line = far
    line.faults = Faults(up_s=5, down_s=10, bytes_per_s=2e6)
    assert push_over(box, partial(mended, line), 30_000_000, tmp_path) > 0


@pytest.mark.soak
@pytest.mark.timeout(900)
def test_a_large_part_over_a_modem_is_not_given_up(far: tuple[Box, FaultProxy], tmp_path: Path) -> None:
    box, line = far
    line.faults = Faults(bytes_per_s=MODEM, latency_s=0.1)
    assert push_over(box, partial(mended, line), 1_500_000, tmp_path) == 0


LOSSES = """
table inet cafe {{
  chain comes {{
    type filter hook input priority 0
    tcp dport {port} numgen random mod 10 < 3 drop
    tcp sport {port} numgen random mod 10 < 3 drop
  }}
}}
"""
"""Three of ten packets are lost, each way; nothing else on that machine is."""


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_three_of_ten_packets_are_lost(box: Box, tmp_path: Path) -> None:
    require_namespaces()
    with namespaces(["cafe"]) as (cafe,):
        cafe.ip("link", "set", "lo", "up")
        with cafe.entered(), ObjectStore(tmp_path / "store") as store:
            port = store.endpoint.rpartition(":")[2]
            box.bucket = opened(box_settings(store))
            box.reads = opened(organiser_settings(store))
            box.start()
            rules = LOSSES.format(port=port)
            subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True)
            flush = ["nft", "flush", "ruleset"]
            broken = push_over(box, lambda: subprocess.run(flush, check=True), 600_000, tmp_path)
            print(f"three of ten packets lost: {broken} tries broke off")  # noqa: T201 the figure
