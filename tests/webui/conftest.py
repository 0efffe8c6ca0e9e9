"""What tests of both apps behind their front door share."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import pytest

from lab.corpora import source_package


@pytest.fixture(scope="session")
def requests_of_gunicorn(pytestconfig: pytest.Config) -> Path:
    """gunicorn's own test requests, downloaded once and kept in pytest's cache."""
    assert pytestconfig.cache is not None
    folder = Path(pytestconfig.cache.mkdir(f"gunicorn-{version('gunicorn')}"))
    if not list(folder.glob("gunicorn-*/tests/requests/valid/*.http")):
        source_package("gunicorn", version("gunicorn"), folder)
    return folder
