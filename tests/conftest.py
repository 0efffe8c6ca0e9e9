"""What every test may use."""

from __future__ import annotations

import gc
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from appliance.clock import HeldClock
from appliance.paths import Paths

ALONE = (
    "appliance/player",
    "contract/test_engine_contract.py",
    "e2e/test_counters_agree.py",
    "fuzz/test_player_fuzz.py",
)
"""Where a picture that comes a fiftieth of a second late is a finding."""


settings.register_profile("soak", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("short", settings.get_profile("soak"), derandomize=True, database=None)
settings.load_profile("short")  # before any test is read: what a test sets itself is added to it


def pytest_configure(config: pytest.Config) -> None:
    """Examples are the same in every run of the short suite; the long one looks for new ones.

    A shell that starts us in the background has Ctrl-C ignored; the programs of the tests must hear it.
    """
    if config.option.markexpr == "soak":
        settings.load_profile("soak")
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs by itself, before tests are chosen by their marks; put the long ones first."""
    here = Path(__file__).parent

    def where(item: pytest.Item) -> str:
        return item.path.relative_to(here).as_posix()

    for item in items:
        if where(item).startswith(ALONE):
            item.add_marker("alone")
    items.sort(key=lambda item: not where(item).startswith(LONG))


LONG = (
    "e2e/test_evening.py",
    "e2e/test_crashes.py",
    "appliance/sync/test_neighbours.py",
    "webui/console/test_counter_evening.py",
    "crash/",
    "fuzz/",
    "appliance/network/",
    "dev/",
)
"""What takes longest begins first, so that no worker is left alone with it at the end."""
LEFT_OPEN = 60
"""Descriptors that a file of tests may leave behind, for fixtures of the session; ``select`` knows 1024."""


def _open_descriptors() -> int:
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture(scope="module", autouse=True)
def _closes_what_it_opened() -> Iterator[None]:
    """Tests share a process: what one file of them leaves open, others would run out of."""
    before = _open_descriptors()
    yield
    if _open_descriptors() - before > LEFT_OPEN:
        gc.collect()
        assert _open_descriptors() - before <= LEFT_OPEN, "these tests leave files open: close them"


@pytest.fixture
def clock() -> HeldClock:
    """A clock that moves only when told to."""
    return HeldClock()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    """A box's root, empty."""
    return Paths(tmp_path / "box").ensure()
