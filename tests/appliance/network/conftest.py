from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.internet import internet
from lab.namespaces import require_namespaces
from lab.wifi import Venue, venue


@pytest.fixture(scope="package")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Venue]:
    """Four phones, and a way out that leads to an internet."""
    require_namespaces()
    folder = tmp_path_factory.mktemp("hall")
    settings = 'internet = true\nuplink = "ethernet"'
    with venue(4, settings, root=folder) as made, internet(made, folder):
        made.start("network", "portal", "front")
        made.wait(lambda view: view.internet)
        yield made
