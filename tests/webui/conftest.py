"""What tests of both apps behind their front door share."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest

from appliance.paths import Paths
from lab.audience import SAMPLE
from lab.corpora import source_package
from lab.front_box import FrontBox, standing
from lab.portal_apps import OpenPortal, portals


@pytest.fixture
def open_app() -> Iterator[OpenPortal]:
    """Opens the portal of a box in this process."""
    with portals() as opened:
        yield opened


@pytest.fixture(scope="session")
def front_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontBox]:
    """One box with both apps behind its front door; who changes something comes from its own address."""
    paths = Paths(tmp_path_factory.mktemp("front") / "box").ensure()
    with standing(paths, SAMPLE.read_text(), "portal", "console") as box:
        yield box


@pytest.fixture(scope="session")
def requests_of_gunicorn(pytestconfig: pytest.Config) -> Path:
    """gunicorn's own test requests, downloaded once and kept in pytest's cache."""
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir(f"gunicorn-{version('gunicorn')}"))
    with (folder / "lock").open("w") as lock:  # the other worker may want them, too
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(folder.glob("gunicorn-*/tests/requests/valid/*.http")):
            source_package("gunicorn", version("gunicorn"), folder)
    return folder
