"""Never below zero, never lost, never double: whatever is tapped, pressed, edited, and wherever it is cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from appliance.store.database import Transaction
from appliance.store.offer_rows import OfferRows
from appliance.store.payment_rows import PaymentRows
from lab import mutants
from lab.shop_machine import ShopMachine

_HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


CAUGHT = (AssertionError, sqlite3.IntegrityError)
"""A sum that does not come out, a promise that was lost; or the file itself refuses the double."""


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
    OfferRows.edited = lambda *_: False  # type: ignore[method-assign]


def _presses_without_nonce() -> None:
    PaymentRows.handed_by = lambda *_: None  # type: ignore[method-assign]


@pytest.mark.usefixtures("_mended")
@pytest.mark.parametrize(
    "breaks", [mutants.saved_in_pieces, _without_nonce, _edits_without_nonce, _presses_without_nonce]
)
def test_the_machine_catches_the_product_without_its(breaks: Callable[[], None]) -> None:
    breaks()
    with pytest.raises(CAUGHT):
        _run(40)
