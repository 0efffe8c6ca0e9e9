"""Joining the venue's Wi-Fi: the rules by hand, and over D-Bus what stands for NetworkManager."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.model.wifi_view import HeardNetwork, Lock, WifiState, WifiView
from appliance.network.fallback import Fallback, OwnWifi, has_other_way, own_wifi
from appliance.network.venue_wifi import RadioSeen, Step, Try, Wanted, Why, is_password, judged, listed
from appliance.network.venue_wifi_nm import NetworkManagerRadio
from appliance.network.venue_wifi_none import SimulatedVenueRadio
from appliance.network.wifi_desk import WifiDesk
from appliance.paths import Paths
from appliance.requested import Requests
from appliance.requested import Wanted as Request

VENUE = HeardNetwork("Venue", 70, Lock.PASSWORD)


@pytest.fixture
def radio() -> SimulatedVenueRadio:
    radio = SimulatedVenueRadio()
    radio.now = RadioSeen(there=True)
    radio.networks = [VENUE, HeardNetwork("Venue", 40, Lock.PASSWORD), HeardNetwork("Uni", 60, Lock.ACCOUNT)]
    return radio


@pytest.fixture
def desk(radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock) -> WifiDesk:
    return WifiDesk(radio, "DE", Requests(paths.requests), clock)


def test_a_network_is_joined_and_kept(desk: WifiDesk, radio: SimulatedVenueRadio) -> None:
    desk.join(Wanted("Venue", "correct horse"))
    assert (desk.view().state, desk.view().joining, radio.joins) == (WifiState.JOINING, "Venue", ["Venue"])
    radio.now = RadioSeen(there=True, step=Step.MOVING, ssid="Venue")
    desk.round()
    radio.now = RadioSeen(there=True, step=Step.JOINED, ssid="Venue", address=True)
    desk.round()
    view = desk.view()
    assert (view.state, view.fault, view.networks[0]) == (
        WifiState.JOINED, "", HeardNetwork("Venue", 70, Lock.PASSWORD, known=True, joined=True),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("why", "word"), [(Why.PASSWORD, "password"), (Why.GONE, "found"), (Why.NO_ADDRESS, "full")]
)
def test_what_went_wrong_is_said_and_the_network_is_not_forgotten(
    desk: WifiDesk, radio: SimulatedVenueRadio, why: Why, word: str
) -> None:
    desk.join(Wanted("Venue", "wrong horse"))
    radio.now = RadioSeen(there=True, step=Step.MOVING, ssid="Venue")
    desk.round()
    radio.now = RadioSeen(there=True, step=Step.FAILED, why=why, ssid="Venue")
    desk.round()
    view = desk.view()
    assert word in view.fault
    assert (view.state, radio.known()) == (WifiState.AWAY, ["Venue"])
    desk.join(Wanted("Venue", "correct horse"))
    assert desk.view().fault == ""


def test_no_try_lasts_and_no_two_run_at_once(desk: WifiDesk, clock: HeldClock) -> None:
    desk.join(Wanted("Venue", "correct horse"))
    with pytest.raises(MatineeError, match="being joined"):
        desk.join(Wanted("Other"))
    clock.advance(46)
    desk.round()
    assert "45 seconds" in desk.view().fault


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(""), "wifi.bad_name"),
        (Wanted("ü" * 17), "wifi.bad_name"),
        (Wanted("Venue"), "wifi.no_password"),
        (Wanted("Venue", "short"), "wifi.bad_password"),
        (Wanted("Venue", "x" * 64), "wifi.bad_password"),
        (Wanted("Uni", "long enough"), "wifi.account"),
    ],
)
def test_what_can_not_work_is_said_before_the_radio_is_asked(
    desk: WifiDesk, radio: SimulatedVenueRadio, wanted: Wanted, key: str
) -> None:
    with pytest.raises(MatineeError) as refused:
        desk.join(wanted)
    assert refused.value.key == key
    assert (radio.joins, radio.kept) == ([], {})


def test_without_a_country_nothing_is_joined(
    radio: SimulatedVenueRadio, paths: Paths, clock: HeldClock
) -> None:
    with pytest.raises(MatineeError, match="country"):
        WifiDesk(radio, "", Requests(paths.requests), clock).join(Wanted("Venue", "correct horse"))


def test_what_the_card_asked_for_is_taken_up_once_there_is_somebody_to(
    desk: WifiDesk, radio: SimulatedVenueRadio, paths: Paths
) -> None:
    requests = Requests(paths.requests)
    asked = msgspec.json.encode([{"ssid": "Venue", "password": "correct horse", "hidden": False}])
    requests.path(Request.WIFI).write_bytes(asked)
    radio.now = RadioSeen()
    desk.round()
    assert requests.is_there(Request.WIFI)
    radio.now = RadioSeen(there=True)
    desk.round()
    assert radio.kept == {"Venue": Wanted("Venue", "correct horse")}
    assert not requests.is_there(Request.WIFI)


def test_the_radio_listens_at_most_each_half_minute_and_never_while_it_joins(
    desk: WifiDesk, radio: SimulatedVenueRadio, clock: HeldClock
) -> None:
    for _ in range(5):
        desk.view()
    assert radio.scans == 1
    radio.now = RadioSeen(there=True, step=Step.MOVING)
    clock.advance(31)
    desk.view()
    assert radio.scans == 1
    radio.now = RadioSeen(there=True)
    assert desk.view().heard_s == 0
    assert radio.scans == 2


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 100))), st.sets(st.sampled_from("abcd")))
def test_each_network_stands_once_by_its_loudest_radio(heard: list[tuple[str, int]], known: set[str]) -> None:
    shown = listed([HeardNetwork(ssid, strength) for ssid, strength in heard], known, "b")
    assert {one.ssid for one in shown} == {ssid for ssid, _ in heard} | known
    assert len(shown) == len({one.ssid for one in shown})
    for one in shown:
        assert one.strength == max((strength for ssid, strength in heard if ssid == one.ssid), default=0)
        assert one.known == (one.ssid in known)


@given(st.floats(0, 1000), st.sampled_from(Step), st.sampled_from(Why), st.booleans())
def test_a_try_ends_by_its_deadline_whatever_is_seen(
    passed: float, step: Step, why: Why, moved: bool
) -> None:
    goes_on, said = judged(
        Try("Venue", 0, moved), RadioSeen(there=True, step=step, why=why, ssid="x"), passed
    )
    assert goes_on is None or (passed <= 45 and not said)


def test_passwords_are_what_wpa_takes() -> None:
    assert is_password("12345678")
    assert is_password("f" * 64)
    assert not is_password("g" * 64)
    assert not is_password("pässword")


# NetworkManager, as python-dbusmock has it, on a bus of its own.

_PYTHON = "/usr/bin/python3"
_needs = pytest.mark.skipif(
    not shutil.which("dbus-daemon") or not Path("/usr/lib/python3/dist-packages/dbusmock").exists(),
    reason="needs Debian's python3-dbusmock and dbus-daemon",
)
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={bus}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>
"""


class Bus:
    """A system bus with nobody on it but who is started here."""

    def __init__(self, folder: Path) -> None:
        self.environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder / 'bus'}"}
        (folder / "bus.conf").write_text(_BUS.format(bus=folder / "bus"))
        command = ["dbus-daemon", f"--config-file={folder / 'bus.conf'}", "--nofork", "--nopidfile"]
        self._daemon = subprocess.Popen(command)
        _until((folder / "bus").exists)
        self._mock: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [_PYTHON, "-m", "dbusmock", "--system", "--template", "networkmanager"]
        self._mock = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)
        _until(
            lambda: (
                "true"
                in self.send(
                    "org.freedesktop.DBus",
                    "/",
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.freedesktop.NetworkManager",
                )
            )
        )
        _until(
            lambda: (
                "GetDevices"
                in self.send(
                    "org.freedesktop.NetworkManager",
                    "/org/freedesktop/NetworkManager",
                    "org.freedesktop.DBus.Introspectable.Introspect",
                )
            )
        )

    def send(self, to: str, path: str, method: str, *arguments: str) -> str:
        command = ["dbus-send", "--system", "--print-reply", f"--dest={to}", path, method, *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.stdout

    def lever(self, method: str, *arguments: str) -> str:
        return self.send(
            "org.freedesktop.NetworkManager",
            "/org/freedesktop/NetworkManager",
            f"org.freedesktop.DBus.Mock.{method}",
            *arguments,
        )

    def kill(self) -> None:
        if self._mock is not None:
            self._mock.kill()
            self._mock.wait()
            self._mock = None

    def close(self) -> None:
        self.kill()
        self._daemon.send_signal(signal.SIGTERM)
        self._daemon.wait()


def _until(condition: object, timeout_s: float = 60) -> None:
    clock, never = RealClock(), threading.Event()
    end = clock.monotonic() + timeout_s
    assert callable(condition)
    while not condition():
        assert clock.monotonic() < end
        clock.wait(never, 0.05)


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.environment["DBUS_SYSTEM_BUS_ADDRESS"])
    yield bus
    bus.close()


@_needs
def test_networkmanager_scans_joins_keeps_and_comes_back(bus: Bus, paths: Paths) -> None:
    radio = NetworkManagerRadio("wlan0")
    desk = WifiDesk(radio, "DE", Requests(paths.requests), RealClock())
    with pytest.raises(MatineeError) as away:
        desk.view()
    assert away.value.key == "wifi.no_manager"

    bus.start()
    assert desk.view().state is WifiState.NONE, "no such radio yet"
    bus.lever("AddWiFiDevice", "string:wlan0", "string:wlan0", "uint32:30")
    device = "string:/org/freedesktop/NetworkManager/Devices/wlan0"
    for name, strength, security in (("Venue", 70, 0x100), ("Open", 40, 0), ("Uni", 90, 0x200)):
        bus.lever(
            "AddAccessPoint", device, f"string:{name}", f"string:{name}", "string:00:23:F8:7E:12:BB",
            "uint32:0", "uint32:2425", "uint32:5400", f"byte:{strength}", f"uint32:{security}",
        )  # fmt: skip
    view = desk.view()
    assert [(one.ssid, one.strength, one.lock) for one in view.networks] == [
        ("Uni", 90, Lock.ACCOUNT), ("Venue", 70, Lock.PASSWORD), ("Open", 40, Lock.OPEN),
    ]  # fmt: skip
    desk.join(Wanted("Venue", "correct horse"))
    _until(lambda: desk.view().state is WifiState.JOINED)
    assert desk.view().networks[0] == HeardNetwork("Venue", 70, Lock.PASSWORD, known=True, joined=True)

    desk.join(Wanted("Open"))
    _until(lambda: desk.view().state is WifiState.JOINED)
    assert set(radio.known()) == {"Venue", "Open"}, "another one is joined, and none is forgotten"
    radio.keep(Wanted("Venue", "battery staple"))
    assert sorted(radio.known()) == ["Open", "Venue"], "changed in its place"

    bus.kill()
    with pytest.raises(MatineeError):
        desk.view()
    bus.start()
    _until(lambda: desk.view().state is WifiState.NONE)
    radio.close()


# The box's own Wi-Fi, while nothing else leads to it.

OWN = OwnWifi("Matinee Setup", "abcd-efgh-2345")


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


@_needs
def test_networkmanager_becomes_an_access_point_and_forgets_nothing(bus: Bus) -> None:
    radio = NetworkManagerRadio("wlan0")
    bus.start()
    bus.lever("AddWiFiDevice", "string:wlan0", "string:wlan0", "uint32:30")
    device = "string:/org/freedesktop/NetworkManager/Devices/wlan0"
    bus.lever(
        "AddAccessPoint", device, "string:Venue", "string:Venue", "string:00:23:F8:7E:12:BB",
        "uint32:0", "uint32:2425", "uint32:5400", "byte:70", "uint32:256",
    )  # fmt: skip
    radio.keep(Wanted("Venue", "correct horse"))
    assert not radio.hosts()
    radio.host(OWN)
    _until(radio.hosts)
    assert radio.seen() == RadioSeen(there=True), "an access point joins nothing"
    assert radio.known() == ["Venue"], "our own is no known network"
    radio.unhost()
    _until(lambda: radio.seen().ssid == "Venue")
    assert not radio.hosts()
    radio.host(OWN)
    _until(radio.hosts)
    assert radio.known() == ["Venue"]
    radio.close()
