"""The sample evening in a real show.db, and the real app in front of a real audience.db."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config, PeopleTable, WebTable
from appliance.paths import Paths
from appliance.sealing_age import make_key
from appliance.store.audience_rows import AudienceRows
from lab.audience import ADDRESS, SAMPLE, Evening, Phone
from lab.portal_apps import OpenPortal


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, SAMPLE.read_text())


@pytest.fixture
def organiser() -> tuple[str, str]:
    """(secret key, recipient) of the organiser."""
    return make_key()


@pytest.fixture
def config(organiser: tuple[str, str]) -> Config:
    return Config(portal=WebTable(url=ADDRESS), people=PeopleTable(recipients=[organiser[1]]))


@pytest.fixture
def client(open_app: OpenPortal, paths: Paths, config: Config, clock: HeldClock) -> FlaskClient:
    return open_app(paths, config, clock).test_client(use_cookies=False)


@pytest.fixture
def phone(client: FlaskClient, evening: Evening) -> Phone:
    assert evening
    return Phone(client)


@pytest.fixture
def rows(paths: Paths, client: FlaskClient) -> AudienceRows:
    """What others may read of the audience."""
    assert client
    return AudienceRows.reader(paths)
