"""What keeping a passphrase costs: what the board can bear, and never less than OWASP allows."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher, extract_parameters

from webui.console import passphrase
from webui.console.passphrase import FLOOR, FULL, chosen

WORDS = "seven quiet lamps again"


def test_a_quick_board_takes_the_full_cost_and_a_slow_one_the_floor() -> None:
    assert [chosen(seconds) for seconds in (0.05, 0.3, 0.31, 5)] == [FULL, FULL, FLOOR, FLOOR]
    assert (FLOOR.type, FLOOR.memory_cost, FLOOR.time_cost) == (FULL.type, 19 * 1024, 2), "OWASP's least"


@pytest.mark.parametrize("cost", [FLOOR, FULL], ids=["floor", "full"])
def test_a_passphrase_opens_at_whatever_cost_it_was_kept(cost: object) -> None:
    kept = PasswordHasher.from_parameters(cost).hash("seven-quiet-lamps-again")  # type: ignore[arg-type] # both are
    assert passphrase.matches(kept, WORDS)
    assert not passphrase.matches(kept, "seven quiet lamps")


def test_what_is_kept_costs_one_of_both() -> None:
    assert extract_parameters(passphrase.hashed(WORDS)) in (FLOOR, FULL)
