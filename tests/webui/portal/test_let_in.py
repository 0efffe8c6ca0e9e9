"""Where a staff QR leads, with and without a certificate; the console's side is in test_admissions.py."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.front.address import OwnAddress
from appliance.front.certificate import folder
from appliance.ipc.network_client import NetworkClient
from appliance.ipc.server import ControlServer
from appliance.paths import Paths, Service
from appliance.requested import Requests
from appliance.store.console_rows import Role, StaffRows
from lab.authority import Authority
from lab.front_box import SimulatedNetwork
from webui.console.admissions import Admissions
from webui.console.pairing import Pairing
from webui.console.sessions import Sessions

PHONE, OTHER = {"REMOTE_ADDR": "10.41.0.7"}, {"REMOTE_ADDR": "10.41.0.8"}
WARNS = "Your browser will warn"


@pytest.fixture
def authority(clock: HeldClock) -> Authority:
    return Authority(clock.now())


@pytest.fixture
def own(paths: Paths, config: Config, clock: HeldClock, authority: Authority, tmp_path: Path) -> OwnAddress:
    return OwnAddress(paths, config, clock, authority.roots(tmp_path / "roots.pem"))


@pytest.fixture
def admissions(paths: Paths, config: Config, clock: HeldClock, own: OwnAddress) -> Iterator[Admissions]:
    """The console's real answers at its socket."""
    guests = IPv4Interface(config.network.attendees).network
    rows = StaffRows.owner(paths)
    pairing = Pairing(Sessions(rows, clock), Requests(paths.requests), clock)
    admissions = Admissions(NetworkClient(paths), guests, own, pairing, clock)
    servers = (
        SimulatedNetwork(paths).serve(),
        ControlServer(paths.socket(Service.CONSOLE), admissions.routes(), lambda work: work()),
    )
    yield admissions
    for server in servers:
        server.close()
    rows.database.close()


def way(admissions: Admissions) -> str:
    return f"/let-in/{admissions.invite(Role.OPERATOR).rpartition('/')[2]}"


def test_without_a_certificate_the_warning_is_said_before_it_comes(
    client: FlaskClient, admissions: Admissions
) -> None:
    answer = client.post(way(admissions), environ_base=PHONE)
    assert answer.status_code == 200
    assert WARNS in answer.text
    assert 'href="https://matinee.internal:8443/admitted/' in answer.text


def test_with_a_certificate_a_link_leads_on_and_no_redirect(
    client: FlaskClient, admissions: Admissions, paths: Paths, authority: Authority
) -> None:
    """``form-action 'self'`` holds for where a form's answer redirects to: the other port is not 'self'."""
    name, key = "cinema.example.org", authority.new_key()
    authority.install(folder(paths), authority.leaf(key, [name]), key)
    answer = client.post(way(admissions), environ_base=PHONE)
    assert (answer.status_code, answer.headers.get("Location")) == (200, None)
    assert WARNS not in answer.text
    assert f'href="https://{name}:8443/admitted/' in answer.text


def test_only_the_phone_that_looked_first_may_press(client: FlaskClient, admissions: Admissions) -> None:
    code = way(admissions)
    assert client.head(code, environ_base=OTHER).status_code == 200
    assert client.get(code, environ_base=PHONE).status_code == 200
    assert client.get(code, environ_base=OTHER).status_code == 200
    refused = client.post(code, environ_base=OTHER)
    assert refused.status_code == 409
    assert "Wait a minute" in refused.text
    assert client.post(code, environ_base=PHONE).status_code == 200
