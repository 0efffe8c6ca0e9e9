from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lab.hostile_films import make_samples


@pytest.fixture(scope="session", autouse=True)
def _zzuf() -> None:
    if shutil.which("zzuf") is None:
        pytest.skip("zzuf is not installed: image-build/bootstrap.sh test")


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Good films of every container."""
    return make_samples(tmp_path_factory.mktemp("samples"))
