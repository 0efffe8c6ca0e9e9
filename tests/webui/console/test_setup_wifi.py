"""The page of the venue's Wi-Fi, over the network service's real answers and a radio with levers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from appliance.ipc.server import ControlServer
from appliance.model.wifi_view import HeardNetwork, Lock
from appliance.network.venue_wifi import RadioSeen, Step, Wanted, Why
from appliance.network.venue_wifi_none import SimulatedVenueRadio
from appliance.network.wifi_desk import WifiDesk
from appliance.network.wifi_routes import wifi_routes
from appliance.paths import Paths, Service
from appliance.requested import Requests
from lab.staff_room import Person


@pytest.fixture
def radio(paths: Paths, clock: HeldClock) -> Iterator[SimulatedVenueRadio]:
    radio = SimulatedVenueRadio()
    radio.now = RadioSeen(there=True)
    radio.networks = [HeardNetwork("Café <b>", 70, Lock.PASSWORD), HeardNetwork("Uni", 20, Lock.ACCOUNT)]
    desk = WifiDesk(radio, "DE", Requests(paths.requests), clock)
    server = ControlServer(paths.socket(Service.NETWORK), wifi_routes(desk), lambda work: work())
    yield radio
    server.close()


def test_list_join_progress_and_a_clear_sentence_when_it_fails(
    operator: Person, radio: SimulatedVenueRadio
) -> None:
    page = operator.browser.get("/setup/wifi").text
    assert "Café &lt;b&gt;" in page
    assert "strong, asks for a password" in page
    assert "weak, asks for a name and a password: not for a box" in page
    assert operator.post("/setup/wifi/join", ssid="Café <b>", password="x").status_code == 400
    refused = operator.post("/setup/wifi/join", ssid="Café <b>").text
    assert "asks for a password. Type it" in refused
    assert operator.post("/setup/wifi/join", ssid="Café <b>", password="correct horse").status_code == 303
    assert radio.kept["Café <b>"] == Wanted("Café <b>", "correct horse")
    joining = operator.browser.get("/setup/wifi").text
    assert "Joining Café &lt;b&gt;" in joining
    assert 'http-equiv="refresh"' in joining
    assert 'name="password"' not in joining, "what is half typed would be gone with the next look"
    radio.now = RadioSeen(there=True, step=Step.MOVING)
    operator.browser.get("/setup/wifi")
    radio.now = RadioSeen(there=True, step=Step.FAILED, why=Why.PASSWORD)
    failed = operator.browser.get("/setup/wifi").text
    assert "did not take the password" in failed
    assert "correct horse" not in failed
    radio.now = RadioSeen(there=True, step=Step.JOINED, ssid="Café <b>")
    assert "joins it again by itself" in operator.browser.get("/setup/wifi").text


def test_a_network_is_forgotten_only_by_a_press(operator: Person, radio: SimulatedVenueRadio) -> None:
    radio.kept["Old"] = Wanted("Old")
    assert "not heard now" in operator.browser.get("/setup/wifi").text
    assert operator.post("/setup/wifi/scan").status_code == 303
    assert "Old" in radio.kept
    assert operator.post("/setup/wifi/forget", ssid="Old").status_code == 303
    assert "Old" not in radio.kept


def test_without_a_radio_or_without_the_service_the_page_says_what_to_do(
    operator: Person, radio: SimulatedVenueRadio
) -> None:
    radio.now = RadioSeen()
    assert "This box joins no Wi-Fi" in operator.browser.get("/setup/wifi").text
    assert "no radio" in operator.post("/setup/wifi/join", ssid="A").text


def test_while_the_network_service_is_away_that_is_said(operator: Person) -> None:
    page = operator.browser.get("/setup/wifi")
    assert page.status_code == 200
    assert "network is not running" in page.text
