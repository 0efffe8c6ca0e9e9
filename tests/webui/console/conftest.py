"""The real app over a real console.db, and the real console and show as processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import BoxTable, Config, WebTable
from appliance.ids import EventId
from appliance.ipc.show_client import ShowClient
from appliance.manifest import packing_list
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from appliance.store.console_rows import Role, StaffRows
from lab.evening import MANIFEST, PACKING
from lab.free_port import free_port
from lab.staff_room import House, Person, Process, signed_in_as, until
from webui.console.app import create_app
from webui.console.console import Console
from webui.console.service import furnish
from webui.console.sessions import Sessions
from webui.console.staff import ensure_operator


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
    folder = paths.events / "small-evening"
    folder.mkdir()
    (folder / "event.toml").write_text(MANIFEST)
    (folder / "packing-list.json").write_bytes(packing_list.encode(PACKING))
    port = free_port()
    paths.config_file.write_text(
        f'[console]\nport = {port}\n[portal]\nport = {free_port()}\n[box]\nid = "lab"\n'
    )
    config = Config(box=BoxTable(id="lab"), console=WebTable(port=port))
    house = House(paths, config, Process(paths, Service.SHOW), Process(paths, Service.CONSOLE))
    try:
        until(lambda: all(is_up(paths, config, service) for service in (Service.SHOW, Service.CONSOLE)))
        ShowClient(paths).load(EventId(PACKING.event))
        assert ensure_operator(paths)
        yield house
    finally:
        house.show.stop()
        house.console.stop()
