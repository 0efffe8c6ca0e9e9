"""The box's own Wi-Fi, while nothing else leads to it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.model.wifi_view import HeardNetwork, Lock, WifiState, WifiView
from appliance.network.fallback import Fallback, OwnWifi, has_other_way, own_wifi
from appliance.network.venue_wifi import RadioSeen, Step, Wanted, is_password
from appliance.network.venue_wifi_none import SimulatedVenueRadio
from appliance.network.wifi_desk import WifiDesk
from appliance.paths import Paths
from appliance.requested import Requests

VENUE = HeardNetwork("Venue", 70, Lock.PASSWORD)
OWN = OwnWifi("Matinee Setup", "abcd-efgh-2345")


@pytest.fixture
def radio() -> SimulatedVenueRadio:
    radio = SimulatedVenueRadio()
    radio.now = RadioSeen(there=True)
    radio.networks = [VENUE, HeardNetwork("Venue", 40, Lock.PASSWORD), HeardNetwork("Uni", 60, Lock.ACCOUNT)]
    return radio


class Bar:
    """A box on its way into bars: a radio with levers, and whether a cable is in."""

    def __init__(self, radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock) -> None:
        self.radio, self.clock, self.cable = radio, clock, False
        fallback = Fallback(radio, OWN, lambda: self.cable, clock)
        self.desk = WifiDesk(radio, "DE", Requests(paths.requests), clock, fallback)

    def wait(self, seconds: float) -> None:
        for _ in range(round(seconds / 2)):
            self.clock.advance(2)
            self.desk.round()

    @property
    def hosts(self) -> bool:
        return self.radio.hosting is not None


@pytest.fixture
def bar(radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock) -> Bar:
    return Bar(radio, paths, clock)


def test_where_nothing_is_reachable_a_wifi_of_its_own_comes_up_and_can_be_seen(bar: Bar) -> None:
    bar.wait(44)
    assert not bar.hosts
    bar.wait(8)
    assert bar.radio.hosting == OWN
    view = bar.desk.view()
    assert (view.own_ssid, view.own_password) == (OWN.ssid, OWN.password)
    assert bar.desk.own() == WifiView(own_ssid=OWN.ssid, own_password=OWN.password)
    assert [one.ssid for one in view.networks] == ["Venue", "Uni"], "what was heard before it came up"


@pytest.mark.parametrize("way", ["cable", "joined"])
def test_where_something_leads_to_the_box_no_hotspot_ever_comes_up(bar: Bar, way: str) -> None:
    bar.cable = way == "cable"
    if way == "joined":
        bar.radio.now = RadioSeen(there=True, step=Step.JOINED, ssid="Venue", address=True)
    bar.wait(3600)
    assert not bar.hosts
    scans = bar.radio.scans
    assert bar.desk.own() == WifiView(), "the projector's question disturbs no network that works"
    assert bar.radio.scans == scans
    assert bar.desk.view().own_ssid == ""


def test_each_five_minutes_the_known_network_is_looked_for_and_taken_when_it_is_back(bar: Bar) -> None:
    bar.desk.join(Wanted("Venue", "correct horse"))
    bar.wait(60)
    assert bar.hosts
    assert bar.radio.known() == ["Venue"], "nothing was forgotten"
    bar.radio.can_join = True
    bar.wait(310)
    assert not bar.hosts
    assert bar.desk.view().state is WifiState.JOINED
    bar.wait(3600)
    assert not bar.hosts


def test_nobodys_phone_is_thrown_off_it(bar: Bar) -> None:
    bar.desk.join(Wanted("Venue", "correct horse"))
    bar.wait(60)
    bar.radio.can_join, bar.radio.guests = True, 1
    bar.wait(3600)
    assert bar.hosts
    bar.radio.guests = 0
    bar.wait(4)
    assert not bar.hosts


def test_who_chooses_a_network_on_it_gets_the_radio_and_it_comes_back_if_that_fails(bar: Bar) -> None:
    bar.wait(60)
    assert bar.hosts
    bar.radio.guests = 1
    bar.desk.join(Wanted("Venue", "wrong horse"))
    bar.radio.hosting = None  # one radio, one network
    bar.wait(40)
    assert not bar.hosts
    bar.wait(12)
    assert bar.hosts
    assert bar.radio.known() == ["Venue"]
    assert "45 seconds" in bar.desk.view().fault


def test_a_cable_that_is_plugged_in_ends_it(bar: Bar) -> None:
    bar.wait(60)
    assert bar.hosts
    bar.cable = True
    bar.wait(4)
    assert not bar.hosts


def test_without_a_country_no_radio_sends(radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock) -> None:
    fallback = Fallback(radio, OWN, lambda: False, clock)
    desk = WifiDesk(radio, "", Requests(paths.requests), clock, fallback)
    for _ in range(100):
        clock.advance(2)
        desk.round()
    assert radio.hosting is None


def test_its_password_is_made_once_and_its_name_fits(paths: Paths) -> None:
    made = own_wifi("Kino", paths.keys)
    assert made == own_wifi("Kino", paths.keys)
    assert made.ssid == "Kino Setup"
    assert is_password(made.password)
    assert len(own_wifi("ü" * 32, paths.keys).ssid.encode()) <= 32
    (paths.keys / "setup-wifi").write_text("cut")
    assert is_password(own_wifi("Kino", paths.keys).password)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for others")
def test_a_reset_that_is_not_root_can_write_over_its_password(paths: Paths) -> None:
    """The network service is root, the keys folder is not; one that was left by a start before is mended."""
    own_wifi("Kino", paths.keys)
    os.chown(paths.keys, 4711, 4712)
    own_wifi("Kino", paths.keys)
    found = (paths.keys / "setup-wifi").stat()
    assert (found.st_uid, found.st_gid) == (4711, 4712)


def test_a_card_that_takes_nothing_keeps_nobody_from_the_network(tmp_path: Path) -> None:
    assert is_password(own_wifi("Kino", tmp_path / "none").password)


def test_another_way_is_a_default_route_by_another_port() -> None:
    head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
    assert not has_other_way(head, "wlan0")
    assert not has_other_way(head + "wlan0\t00000000\t0102A8C0\t0003\n", "wlan0")
    assert not has_other_way(head + "eth0\t0000A8C0\t00000000\t0001\n", "wlan0")
    assert has_other_way(head + "eth0\t00000000\t0102A8C0\t0003\n", "wlan0")
