"""The card ails beneath the whole box while an evening runs: slow, no longer readable, no longer writable.

The box's files lie on the kernel's own ext4, on blocks of ours (tests/lab/block_card.py). In this order, on
one box: what comes last is a card that takes nothing any more, and the power cut after it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from appliance.dev.browser import Browser
from appliance.errors import MatineeError
from appliance.model.show_view import Verb
from appliance.paths import Service
from e2e.box import Box, eventually
from lab.block_card import BlockCard, Illness, can_loop, faults_of
from lab.carded_box import box_on, forget_films
from lab.pressing import go_to, item_of

pytestmark = [
    pytest.mark.soak,
    pytest.mark.e2e,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not can_loop(), reason="needs root and loop devices (losetup --find)"),
]

MIB = 3072
TOLD_S = 5.0
"""The operator knows by then."""


@pytest.fixture(scope="module")
def card(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BlockCard]:
    with BlockCard(tmp_path_factory.mktemp("sick") / "blocks", MIB) as card:
        yield card


@pytest.fixture(scope="module")
def box(card: BlockCard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with box_on(card.path, tmp_path_factory.mktemp("beside")) as box:
        yield box


def test_a_film_that_can_not_be_read_is_told_and_the_evening_goes_on(box: Box, card: BlockCard) -> None:
    operator = box.operator()
    before = {service: box.pid(service) for service in Service}
    assert forget_films(box)
    card.ails(Illness(reads_fail=True))
    go_to(operator, "tide")
    since = time.monotonic()
    eventually(lambda: operator.view().faults, TOLD_S)
    assert time.monotonic() - since < TOLD_S
    card.ails(Illness())
    assert box.guest(1).join()
    assert {service: box.pid(service) for service in Service} == before


def test_a_card_fifty_times_slower_stops_neither_the_film_nor_a_sign_up(box: Box, card: BlockCard) -> None:
    operator = box.operator()
    go_to(operator, "intermission")
    forget_films(box)
    card.ails(Illness(slow_ms=25))
    operator.press(Verb.BACK)
    eventually(lambda: operator.view().position_ms > 0 and item_of(operator.view()) == "tide", 20)
    before, since = operator.view().position_ms, time.monotonic()
    joined = {box.guest(number).join().address for number in range(2, 5)}
    assert len(joined) == 3
    eventually(lambda: operator.view().position_ms > before + 3000, 30)
    behind_s = time.monotonic() - since - (operator.view().position_ms - before) / 1000
    assert behind_s < 2.0
    card.ails(Illness())


def test_a_card_that_takes_nothing_any_more_stops_no_film_lies_to_nobody_and_comes_back(
    box: Box, card: BlockCard
) -> None:
    operator = box.operator()
    kept = box.guest(5).join()
    go_to(operator, "tide")
    before = operator.view().position_ms
    card.ails(Illness(writes_fail=True))
    since = time.monotonic()
    for number in range(6, 9):
        with pytest.raises(MatineeError, match="503"):
            box.guest(number).join()
    eventually(lambda: operator.view().faults, TOLD_S + since - time.monotonic())
    eventually(card.is_read_only, 30)  # the kernel itself gave the card up
    eventually(lambda: operator.view().position_ms > before + 3000 or item_of(operator.view()) != "tide", 30)
    box.kill()
    card.mended()
    box.start()
    assert Browser().open(kept.address).status == 200
    assert box.guest(9).join()
    box.stop()
    card.mended()
    assert faults_of(card.blocks) == []
