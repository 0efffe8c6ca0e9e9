"""The real app over a real console.db, and the real console and show as processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import BoxTable, Config, WebTable
from appliance.paths import Paths
from appliance.store.console_rows import Role, StaffRows
from lab.staff_room import House, Person, signed_in_as, staffed_house
from webui.console.app import create_app
from webui.console.console import Console
from webui.console.service import furnish
from webui.console.sessions import Sessions


@pytest.fixture
def config() -> Config:
    return Config(box=BoxTable(id="lab"), console=WebTable(port=8001))


@pytest.fixture
def rows(paths: Paths) -> Iterator[StaffRows]:
    rows = StaffRows.owner(paths)
    yield rows
    rows.database.close()


@pytest.fixture
def console(paths: Paths, config: Config, clock: HeldClock, rows: StaffRows) -> Console:
    return furnish(paths, config, clock, Sessions(rows, clock))


@pytest.fixture
def app(console: Console) -> Flask:
    return create_app(console)


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """Nobody is signed in."""
    return app.test_client()


@pytest.fixture
def operator(app: Flask, console: Console, rows: StaffRows, clock: HeldClock) -> Person:
    return signed_in_as(app, console, rows, clock, Role.OPERATOR)


@pytest.fixture
def house(paths: Paths) -> Iterator[House]:
    with staffed_house(paths) as house:
        yield house
