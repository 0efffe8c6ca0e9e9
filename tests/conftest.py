"""What every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from appliance.clock import HeldClock
from appliance.paths import Paths

PICTURES = ("appliance/player", "contract/test_engine_contract.py", "e2e", "fuzz/test_player_fuzz.py")
"""Where libVLC draws: two of it at once, on two cores, is a player that is late."""


class _Shares(LoadFileScheduling):
    """A file stays in one worker, for what it sets up once; all that draws stays in one worker, too."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0].removeprefix("tests/")
        return "pictures" if path.startswith(PICTURES) else path


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer | None) -> LoadFileScheduling:
    """What `make test` runs two at a time is shared out so."""
    return _Shares(config, log)


@pytest.fixture
def clock() -> HeldClock:
    """A clock that moves only when told to."""
    return HeldClock()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A box's root, empty."""
    return Paths(tmp_path / "box").ensure()
