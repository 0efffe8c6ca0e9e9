from __future__ import annotations

from pathlib import Path

import pytest

from lab.small_film import make_film


@pytest.fixture(scope="session")
def big_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real film of a few blocks."""
    return make_film(tmp_path_factory.mktemp("film") / "big.mp4")
