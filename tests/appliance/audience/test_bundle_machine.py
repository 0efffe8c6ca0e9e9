"""Parts of bundles over crash points: never used twice, never spent beyond, and each pile stays true."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from appliance.audience.offers import Offers
from appliance.audience.pieces import Pieces
from appliance.store.bundle_rows import BundleRows
from appliance.store.database import Transaction
from lab import mutants
from lab.bundle_machine import BundleMachine

_HEALTH = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
CAUGHT = (AssertionError, sqlite3.IntegrityError)


BITING = 600
"""Evenings to catch a broken product in, at most: which ones come depends on what was imported before."""


def _run(examples: int, steps: int = 25) -> None:
    options = settings(
        max_examples=examples, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
        suppress_health_check=_HEALTH, phases=[Phase.generate], print_blob=False,
    )  # fmt: skip
    run_state_machine_as_test(BundleMachine, settings=options)  # type: ignore[no-untyped-call]


def test_bundles_add_up_over_crash_points() -> None:
    _run(5)


@pytest.mark.soak
def test_bundles_add_up_in_five_hundred_evenings() -> None:
    _run(500, 40)


def _without_nonce() -> None:
    BundleRows.used_by = lambda *_: None  # type: ignore[method-assign]


def _credit_never_counted() -> None:
    Pieces.left = lambda *_: 10**6  # type: ignore[method-assign]


def _parts_not_of_the_pile() -> None:
    Offers._pile = Offers._own  # type: ignore[method-assign] # noqa: SLF001 it is what the mutant breaks


@pytest.fixture
def _mended() -> Iterator[None]:
    kept = Transaction.execute, Transaction.savepoint, BundleRows.used_by, Pieces.left
    pile = Offers._pile  # noqa: SLF001 as above
    yield
    Transaction.execute, Transaction.savepoint, BundleRows.used_by, Pieces.left = kept  # type: ignore[method-assign]
    Offers._pile = pile  # type: ignore[method-assign] # noqa: SLF001 as above


@pytest.mark.usefixtures("_mended")
@pytest.mark.parametrize(
    "breaks",
    [
        mutants.saved_in_pieces,
        _without_nonce,
        _credit_never_counted,
        _parts_not_of_the_pile,
    ],
)
def test_the_machine_catches_bundles_without_their(breaks: Callable[[], None]) -> None:
    breaks()
    with pytest.raises(CAUGHT):
        _run(BITING)
