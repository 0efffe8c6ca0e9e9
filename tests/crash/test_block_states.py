"""The power goes at any block: the kernel's own ext4 replays its journal, and what was told is there.

Beneath the files of test_power_cuts.py: an act is recorded once, write by write and flush by flush, as its
card saw it; then the card is made anew as a cut would have left it, and the box is started on it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.block_card import can_loop
from lab.block_states import record, sweep

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.skipif(not can_loop(), reason="needs root and loop devices (losetup --find)"),
]

LONG = {"signing_up": 30, "claiming": 30, "going": 12}
MOST = 8
"""Cuts in the normal suite, each once without and once with luck."""


def test_what_was_told_survives_a_cut_at_any_block(in_memory: Path) -> None:
    blocks = record("signing_up", in_memory, 4)
    states, found = sweep("signing_up", blocks, in_memory, blocks.cuts(MOST), [None, 1])
    assert states == 2 * MOST
    assert not found


def test_a_box_that_never_flushes_is_caught(in_memory: Path) -> None:
    blocks = record("signing_up", in_memory, 4, "database_never_flushes")
    _, found = sweep("signing_up", blocks, in_memory, blocks.cuts(MOST), [None])
    assert found


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("act", LONG)
def test_hundreds_of_cuts_of_long_acts(act: str, in_memory: Path) -> None:
    blocks = record(act, in_memory, LONG[act])
    cuts = blocks.cuts(150)
    states, found = sweep(act, blocks, in_memory, cuts, [None, 1, 2])
    print(f"{act}: {states} states of {len(blocks.done)} writes, flushes and words")  # noqa: T201 the figure
    assert states == 3 * len(cuts) >= 90
    assert not found
