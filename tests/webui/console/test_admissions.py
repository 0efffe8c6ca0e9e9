"""One phone lets another in: the rules, held by hand; the walk itself is in test_letting_in.py."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Interface

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.front.address import OwnAddress
from appliance.ipc.network_client import NetworkClient
from appliance.paths import Paths
from appliance.requested import Requests
from appliance.store.console_rows import Role, StaffRows
from lab.front_box import SimulatedNetwork
from lab.staff_room import Person, enlist
from webui.console.admissions import Admissions
from webui.console.console import Console
from webui.console.pairing import Pairing
from webui.console.sessions import Sessions

PHONE, OTHER = "10.41.0.7", "10.41.0.8"
BEHIND_NGINX = {"X-Real-IP": PHONE, "X-Own-Address": "10.41.0.1"}


@pytest.fixture
def network(paths: Paths) -> Iterator[SimulatedNetwork]:
    network = SimulatedNetwork(paths)
    server = network.serve()
    yield network
    server.close()


@pytest.fixture
def admissions(paths: Paths, clock: HeldClock, rows: StaffRows) -> Admissions:
    own = OwnAddress(paths, Config(), clock)
    pairing = Pairing(Sessions(rows, clock), Requests(paths.requests), clock)
    guests = IPv4Interface(Config().network.attendees).network
    return Admissions(NetworkClient(paths), guests, own, pairing, clock)


def token(address: str) -> str:
    return address.rpartition("/")[2]


def test_an_invitation_lets_one_device_in_once(admissions: Admissions, network: SimulatedNetwork) -> None:
    code = token(admissions.invite(Role.OPERATOR))
    ticket = admissions.let_in(code, PHONE)
    assert network.staff == {PHONE}
    assert admissions.is_in(PHONE)
    assert not admissions.is_in(OTHER)
    with pytest.raises(MatineeError, match="used already"):
        admissions.let_in(code, OTHER)
    assert network.staff == {PHONE}
    assert admissions.redeem(ticket, OTHER) is None
    assert admissions.redeem(ticket, None) is None
    assert admissions.redeem(ticket, PHONE) is Role.OPERATOR
    assert admissions.redeem(ticket, PHONE) is None


def test_who_overhears_the_token_can_not_press_before_the_phone_that_looked(
    admissions: Admissions, network: SimulatedNetwork, clock: HeldClock
) -> None:
    """The way there is plain http on an open Wi-Fi."""
    code = token(admissions.invite(Role.OPERATOR))
    admissions.look(code, PHONE)
    admissions.look(code, OTHER)
    with pytest.raises(MatineeError) as refused:
        admissions.let_in(code, OTHER)
    assert refused.value.key == "console.invitation_held"
    assert network.staff == set()
    clock.advance(59)
    assert admissions.redeem(admissions.let_in(code, PHONE), PHONE) is Role.OPERATOR


def test_a_look_holds_an_invitation_for_a_minute_only(
    admissions: Admissions, network: SimulatedNetwork, clock: HeldClock
) -> None:
    code = token(admissions.invite(Role.OPERATOR))
    admissions.look(code, PHONE)
    clock.advance(61)
    assert admissions.let_in(code, OTHER)
    assert network.staff == {OTHER}


def test_a_preview_by_a_phone_of_the_staff_or_from_elsewhere_holds_nothing(
    admissions: Admissions, network: SimulatedNetwork
) -> None:
    admissions.let_in(token(admissions.invite(Role.OPERATOR)), PHONE)
    code = token(admissions.invite(Role.STEWARD))
    for elsewhere in (PHONE, "192.168.1.9", ""):
        admissions.look(code, elsewhere)
    assert admissions.let_in(code, OTHER)
    assert network.staff == {PHONE, OTHER}


def test_a_ticket_is_no_invitation_and_an_invitation_no_ticket(
    admissions: Admissions, network: SimulatedNetwork
) -> None:
    assert network
    code = token(admissions.invite(Role.STEWARD))
    assert admissions.redeem(code, PHONE) is None
    ticket = admissions.let_in(code, PHONE)
    with pytest.raises(MatineeError):
        admissions.let_in(ticket, OTHER)


def test_both_are_over_in_time(admissions: Admissions, network: SimulatedNetwork, clock: HeldClock) -> None:
    late = token(admissions.invite(Role.OPERATOR))
    ticket = admissions.let_in(token(admissions.invite(Role.OPERATOR)), PHONE)
    clock.advance(15 * 60 + 1)
    with pytest.raises(MatineeError):
        admissions.let_in(late, OTHER)
    assert admissions.redeem(ticket, PHONE) is None
    assert OTHER not in network.staff
    clock.advance(12 * 3600)
    assert not admissions.is_in(PHONE)


def test_without_the_network_nobody_is_let_in_and_the_code_stays_good(
    admissions: Admissions, paths: Paths
) -> None:
    code = token(admissions.invite(Role.OPERATOR))
    with pytest.raises(MatineeError) as fault:
        admissions.let_in(code, PHONE)
    assert fault.value.key == "ipc.not_running"
    assert not admissions.is_in(PHONE)
    server = SimulatedNetwork(paths).serve()
    assert admissions.let_in(code, PHONE)
    server.close()


def test_who_comes_by_wire_needs_no_door(admissions: Admissions, network: SimulatedNetwork) -> None:
    network.unknown.add("192.168.1.9")
    ticket = admissions.let_in(token(admissions.invite(Role.OPERATOR)), "192.168.1.9")
    assert admissions.redeem(ticket, "192.168.1.9") is Role.OPERATOR


def test_a_box_that_nobody_has_invites_until_somebody_does(
    console: Console, browser: FlaskClient, network: SimulatedNetwork
) -> None:
    """From the QR to the passphrase; a photograph of the projector is then worth nothing."""
    assert network
    admissions = console.admissions
    first = admissions.first_invitation()
    assert first == admissions.first_invitation()
    ticket = admissions.let_in(token(first), PHONE)
    leads = browser.post(f"/admitted/{ticket}", headers=BEHIND_NGINX)
    assert (leads.status_code, leads.headers["Location"]) == (303, "/pair/passphrase")
    photographed = admissions.first_invitation()
    half_way = admissions.let_in(token(photographed), OTHER)
    photographed = admissions.first_invitation()
    words = {"passphrase": "seven quiet lamps again", "again": "seven quiet lamps again"}
    assert (
        browser.post("/pair/passphrase", data=words, headers=BEHIND_NGINX).headers["Location"]
        == "/setup/event"
    )
    assert admissions.first_invitation() == ""
    with pytest.raises(MatineeError):
        admissions.let_in(token(photographed), OTHER)
    assert admissions.redeem(half_way, OTHER) is None


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/remote",
        "/setup",
        "/setup/staff",
        "/pair",
        "/pair/passphrase",
        "/help",
        "/healthz",
        "/metrics",
        "/api/v1/show",
    ],
)
def test_an_attendees_device_sees_nothing_of_the_console(browser: FlaskClient, path: str) -> None:
    assert browser.get(path, headers=BEHIND_NGINX).status_code == 403
    assert browser.post("/sign-in", data={"passphrase": "x"}, headers=BEHIND_NGINX).status_code == 403


def test_a_session_stays_when_the_console_was_restarted(operator: Person) -> None:
    """The list of who is in is in memory: a crash in mid-show must not take the remote away."""
    assert operator.browser.get("/remote", headers=BEHIND_NGINX).status_code == 200


def test_the_address_that_was_asked_is_a_name_and_no_other(browser: FlaskClient) -> None:
    wire = {"X-Real-IP": "192.168.1.9", "X-Own-Address": "192.168.1.4"}
    assert browser.get("/sign-in", headers={**wire, "Host": "192.168.1.4"}).status_code == 200
    assert browser.get("/sign-in", headers={**wire, "Host": "192.168.1.5"}).status_code == 421
    named = {**wire, "X-Own-Address": "evil.example", "Host": "evil.example"}
    assert browser.get("/sign-in", headers=named).status_code == 421


def test_a_wrong_passphrase_makes_only_its_own_device_wait(
    browser: FlaskClient, rows: StaffRows, clock: HeldClock
) -> None:
    """Behind nginx everybody has one peer: who asks is whom nginx saw."""
    enlist(rows, clock, Role.OPERATOR)
    before = clock.monotonic()
    for _ in range(3):
        browser.post("/sign-in", data={"passphrase": "x"}, headers={"X-Real-IP": "192.168.1.8"})
    waited = clock.monotonic() - before
    assert waited > 0
    browser.post("/sign-in", data={"passphrase": "x"}, headers={"X-Real-IP": "192.168.1.9"})
    assert clock.monotonic() - before == waited
