"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.paths import Paths


@pytest.fixture
def clock() -> HeldClock:
    """A clock that moves only when told to."""
    return HeldClock()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A box's root, empty."""
    return Paths(tmp_path / "box").ensure()
