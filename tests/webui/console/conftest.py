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
from lab.evening import MANIFEST
from lab.staff_room import House, Person, signed_in_as, staffed_house
from webui.console.app import create_app
from webui.console.console import Console
from webui.console.service import furnish
from webui.console.sessions import Sessions

RESERVE = """
[[item]]
id = "spare"
kind = "trailer"
title = "The Spare Trailer"
film = "trailer.mp4"
reserve = true
"""
LAMPS = '[lights]\ntechnology = "sacn"\ndestination = "127.0.0.68"\n'


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


@pytest.fixture(scope="session")
def standing_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One show and one console for all: to start them takes longer than most tests."""
    paths = Paths(tmp_path_factory.mktemp("hall") / "box").ensure()
    with staffed_house(paths, MANIFEST + RESERVE, LAMPS) as house:
        yield house


@pytest.fixture
def house(standing_house: House) -> House:
    """The house with everything up and the evening not begun; a test may stop or kill what it likes."""
    standing_house.stand_by()
    return standing_house
