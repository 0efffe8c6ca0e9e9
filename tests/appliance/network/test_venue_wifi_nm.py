"""The venue's Wi-Fi and the box's own over D-Bus, with what stands for NetworkManager."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.model.wifi_view import HeardNetwork, Lock, WifiState
from appliance.network.fallback import OwnWifi
from appliance.network.venue_wifi import RadioSeen, Wanted
from appliance.network.venue_wifi_nm import NetworkManagerRadio
from appliance.network.wifi_desk import WifiDesk
from appliance.paths import Paths
from appliance.requested import Requests
from lab.mocked_network_manager import Bus, needs_networkmanager
from lab.staff_room import until

OWN = OwnWifi("Matinee Setup", "abcd-efgh-2345")


@pytest.fixture
def bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bus]:
    bus = Bus(tmp_path)
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.environment["DBUS_SYSTEM_BUS_ADDRESS"])
    yield bus
    bus.close()


@needs_networkmanager
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
    until(lambda: desk.view().state is WifiState.JOINED)
    assert desk.view().networks[0] == HeardNetwork("Venue", 70, Lock.PASSWORD, known=True, joined=True)

    desk.join(Wanted("Open"))
    until(lambda: desk.view().state is WifiState.JOINED)
    assert set(radio.known()) == {"Venue", "Open"}, "another one is joined, and none is forgotten"
    radio.keep(Wanted("Venue", "battery staple"))
    assert sorted(radio.known()) == ["Open", "Venue"], "changed in its place"

    bus.kill()
    with pytest.raises(MatineeError):
        desk.view()
    bus.start()
    until(lambda: desk.view().state is WifiState.NONE)
    radio.close()


@needs_networkmanager
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
    until(radio.hosts)
    assert radio.seen() == RadioSeen(there=True), "an access point joins nothing"
    assert radio.known() == ["Venue"], "our own is no known network"
    radio.unhost()
    until(lambda: radio.seen().ssid == "Venue")
    assert not radio.hosts()
    radio.host(OWN)
    until(radio.hosts)
    assert radio.known() == ["Venue"]
    radio.close()
