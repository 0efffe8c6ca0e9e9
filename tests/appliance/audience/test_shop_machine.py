"""Never below zero, never lost, never double: whatever is tapped, pressed, edited, and wherever it is cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from appliance.clock import HeldClock
from appliance.ids import AttendeeId, DropId, new_secret
from appliance.paths import Paths
from appliance.store.database import Transaction
from appliance.store.offer_rows import OfferRows
from appliance.store.payment_rows import PaymentRows
from lab import mutants
from lab.shop import Shop
from lab.shop_machine import ShopMachine

_HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


CAUGHT = (AssertionError, sqlite3.IntegrityError)
"""A sum that does not come out, a promise that was lost; or the file itself refuses the double."""


BITING = 600
"""Evenings to catch a broken product in, at most: which ones come depends on what was imported before."""


def _run(examples: int, steps: int = 25) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
        suppress_health_check=_HEALTH, phases=[Phase.generate], print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(ShopMachine, settings=options)  # type: ignore[no-untyped-call]


def test_stock_claims_hand_overs_undo_and_edits_add_up_over_crash_points() -> None:
    _run(15)


@pytest.mark.soak
def test_they_add_up_in_a_thousand_evenings() -> None:
    _run(1000, 40)


@pytest.fixture
def _mended() -> Iterator[None]:
    execute, savepoint = Transaction.execute, Transaction.savepoint
    named = OfferRows.claim_of_nonce, OfferRows.edited, PaymentRows.handed_by
    yield
    Transaction.execute, Transaction.savepoint = execute, savepoint  # type: ignore[method-assign]
    OfferRows.claim_of_nonce, OfferRows.edited, PaymentRows.handed_by = named  # type: ignore[method-assign]


def _without_nonce() -> None:
    OfferRows.claim_of_nonce = lambda *_: None  # type: ignore[method-assign]


def _edits_without_nonce() -> None:
    OfferRows.edited = lambda *_: None  # type: ignore[method-assign]


def _presses_without_nonce() -> None:
    PaymentRows.handed_by = lambda *_: None  # type: ignore[method-assign]


@pytest.mark.usefixtures("_mended")
@pytest.mark.parametrize(
    "breaks", [mutants.saved_in_pieces, _without_nonce, _edits_without_nonce, _presses_without_nonce]
)
def test_the_machine_catches_the_product_without_its(breaks: Callable[[], None]) -> None:
    breaks()
    with pytest.raises(CAUGHT):
        _run(BITING)


def _oversold(paths: Paths, clock: HeldClock) -> int:
    """Forty at once at three; return how many hold one beyond that."""
    shop = Shop(paths, clock)
    try:
        crowd = [shop.arrive() for _ in range(40)]
        drop = shop.event.drop(DropId("print"))

        def take(who: AttendeeId) -> object:
            return shop.offers.claim(shop.event.id, drop, who, new_secret(), is_open=True)

        with ThreadPoolExecutor(40) as many:
            list(many.map(take, crowd))
        return len(shop.rows.standing_claims(shop.event.id)) - 3
    finally:
        shop.close()


def test_forty_at_once_at_three_are_three(paths: Paths, clock: HeldClock) -> None:
    assert _oversold(paths, clock) == 0


def test_counting_outside_of_the_transaction_oversells(
    paths: Paths, clock: HeldClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant without the transaction: it counts what is committed, as a careless reader would."""

    def committed(self: OfferRows, event: str, drop: str, variant: str, _tx: Transaction) -> int:
        sql = "SELECT count(*) FROM claim WHERE event = ? AND drop_id = ? AND variant = ?"
        return int(self.database.query(sql, (event, drop, variant))[0][0])

    monkeypatch.setattr(OfferRows, "taken", committed)
    assert any(_oversold(Paths(paths.root / str(go)).ensure(), clock) > 0 for go in range(5))
