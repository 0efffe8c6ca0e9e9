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
from appliance.model.wifi_view import HeardNetwork, Lock, WifiState
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


def _until(condition: object, timeout_s: float = 20) -> None:
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
