"""The portal's app in the test's own process, closed when the test is over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from flask import Flask

from appliance.clock import Clock
from appliance.config import Config
from appliance.paths import Paths
from webui.portal.portal import EXTENSION
from webui.portal.service import open_portal


class OpenPortal(Protocol):
    """Opens the portal of a box; it is closed with the test."""

    def __call__(self, paths: Paths, config: Config, clock: Clock) -> Flask: ...


@contextmanager
def portals() -> Iterator[OpenPortal]:
    """As many as are asked for, each closed at the end: a writer that waits keeps its files open."""
    with ExitStack() as closing:

        def opened(paths: Paths, config: Config, clock: Clock) -> Flask:
            app = open_portal(paths, config, clock)
            closing.callback(app.extensions[EXTENSION].close)
            return app

        yield opened
