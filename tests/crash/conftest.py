"""Where states are rebuilt by the hundred: in memory, so that no test waits for this machine's own disk."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")  # noqa: S108 a file system, not a file


@pytest.fixture
def in_memory(tmp_path: Path) -> Iterator[Path]:
    """An empty folder on tmpfs; on disk where there is none."""
    if not os.access(_MEMORY, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=_MEMORY, prefix="matinee-") as folder:
        yield Path(folder)
