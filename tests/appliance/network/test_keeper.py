from __future__ import annotations

from dataclasses import dataclass, field, replace

import msgspec
import pytest

from appliance.clock import HeldClock
from appliance.config import BoxTable, Config, NetworkTable
from appliance.errors import MatineeError
from appliance.model.network_view import NetworkMode, RadioState, ReleaseRule, UplinkState
from appliance.network.keeper import Keeper
from appliance.network.links import GONE
from appliance.network.links_simulated import SimulatedLinks
from appliance.network.names_none import NoNames
from appliance.network.parts import Parts
from appliance.network.radio import Order
from appliance.network.radio_none import SimulatedRadio
from appliance.network.rules_simulated import SimulatedRules
from appliance.network.uplink import Answer, Facts, UsbPort
from appliance.network.uplink_none import SimulatedUplink

OUT = Facts(carrier=True, addresses=("192.168.77.2/24",), gateway=True, answer=Answer.RIGHT)
PHONE, MAC = "10.41.0.57", "02:00:00:00:00:57"
SETTINGS = NetworkTable(
    mode="ethernet", interface="eth0", uplink="ethernet", uplink_interface="eth1", internet=True
)


@dataclass
class Box:
    """A keeper over parts in memory."""

    settings: NetworkTable = SETTINGS
    rule: ReleaseRule = field(default_factory=lambda: ReleaseRule(internet=True))
    certificate: str = ""

    def __post_init__(self) -> None:
        self.links = SimulatedLinks("eth0", "eth1")
        self.links.heard[PHONE] = MAC
        self.rules, self.names, self.radio = SimulatedRules(), NoNames(), SimulatedRadio()
        self.uplink = SimulatedUplink()
        self.uplink.ports["eth1"] = OUT
        self.clock = HeldClock()
        parts = Parts(
            self.links, self.rules, self.names, self.radio, self.uplink, self.clock,
            lambda: self.rule, lambda: self.certificate,
        )  # fmt: skip
        self.keeper = Keeper(Config(box=BoxTable(id="lab"), network=self.settings), parts)

    def rounds(self, count: int = 4) -> Keeper:
        for _ in range(count):
            self.clock.advance(2)
            self.keeper.round()
        return self.keeper


def test_when_all_is_as_it_must_be_a_round_changes_nothing() -> None:
    box = Box()
    box.rounds()
    taken = len(box.links.taken)
    box.rounds()
    assert len(box.links.taken) == taken
    assert box.keeper.open_now


def test_nobody_is_let_out_before_the_names_of_the_world_are_served() -> None:
    box = Box()
    box.names.forwards = lambda: False  # type: ignore[method-assign] # the lever of a resolver that does not start
    keeper = box.rounds()
    assert (keeper.uplink, keeper.open_now) == (UplinkState.ONLINE, False)
    assert box.rules.rules is not None
    assert not box.rules.rules.internet
    assert not keeper.release(PHONE).online


def test_the_world_is_not_asked_before_the_rules_stand() -> None:
    box = Box()
    box.rounds(1)
    assert box.keeper.uplink is UplinkState.DOWN
    box.rounds(1)
    assert box.keeper.uplink is UplinkState.ONLINE


def test_an_event_that_is_portal_only_closes_the_way_out_in_mid_show() -> None:
    box = Box()
    keeper = box.rounds()
    assert keeper.release(PHONE).online
    box.rule = ReleaseRule()
    box.rounds()
    assert not keeper.client(PHONE).online
    assert keeper.client(PHONE).finished
    assert not box.rules.sets().online


def test_an_address_that_nobody_has_can_not_be_released() -> None:
    keeper = Box().rounds()
    with pytest.raises(MatineeError) as refused:
        keeper.release("10.41.0.99")
    assert refused.value.key == "network.unknown_client"
    assert not keeper.client("10.41.0.99").finished


def test_what_a_revoked_phone_has_open_is_cut() -> None:
    box = Box()
    keeper = box.rounds()
    keeper.release(PHONE)
    keeper.revoke(PHONE)
    keeper.revoke(PHONE)
    assert box.rules.was_cut == [PHONE]


def test_after_the_stop_nothing_is_left() -> None:
    box = Box()
    box.rounds().stop()
    assert (box.links.links, box.rules.rules, box.names.names) == (GONE, None, None)


HOTSPOT = msgspec.structs.replace(SETTINGS, mode=NetworkMode.HOTSPOT, interface="wlan0", country="DE")


def refuse(*_: object) -> bool:
    raise MatineeError("network.refused", program="it", fault="busy")


def test_a_stop_goes_on_past_what_fails_and_says_so() -> None:
    box = Box(settings=HOTSPOT)
    box.links.interfaces.add("wlan0")
    box.rounds(8)
    assert box.radio.now.hotspot
    stop, box.radio.stop = box.radio.stop, refuse  # type: ignore[method-assign,assignment]
    box.names.ensure = refuse  # type: ignore[method-assign]
    with pytest.raises(MatineeError, match="busy"):
        box.keeper.stop()
    assert (box.links.links, box.rules.rules) == (GONE, None)
    box.radio.stop = stop  # type: ignore[method-assign]
    box.rounds(1)
    with pytest.raises(MatineeError, match="busy"):
        box.keeper.stop()
    assert not box.radio.now.hotspot


@pytest.mark.parametrize("what", ["rules", "links"])
def test_nobody_can_join_by_air_before_rules_and_links_stand(what: str) -> None:
    box = Box(settings=HOTSPOT)
    box.links.interfaces.add("wlan0")
    box.radio.obey(Order.HOTSPOT)  # as a killed service left it
    part, name = (box.rules, "ensure") if what == "rules" else (box.links, "take")
    works = getattr(part, name)
    setattr(part, name, refuse)
    box.radio.orders.clear()
    assert "busy" in box.rounds().fault
    assert (box.radio.orders, box.radio.now.hotspot) == ([], False)
    setattr(part, name, works)
    box.rounds()
    assert box.radio.now.hotspot
    assert box.links.links.ports == {"wlan0"}


def test_a_port_that_is_not_there_is_told_and_taken_when_it_comes() -> None:
    box = Box()
    box.links.interfaces.remove("eth0")
    assert "eth0" in box.rounds().fault
    box.links.interfaces.add("eth0")
    assert box.rounds().fault == ""
    assert box.links.links.ports == {"eth0"}


def test_a_fault_is_told_and_the_next_round_tries_again() -> None:
    box = Box()

    def refuse(*_: object) -> bool:
        raise MatineeError("network.refused", program="nftables", fault="busy")

    ensure, box.rules.ensure = box.rules.ensure, refuse  # type: ignore[method-assign]
    assert "busy" in box.rounds().fault
    assert not box.links.taken  # nothing is open before it is guarded
    box.rules.ensure = ensure  # type: ignore[method-assign]
    assert box.rounds().fault == ""


def test_a_certificate_opens_tls_and_option_114_and_its_end_closes_them() -> None:
    box = Box(certificate="tonight.example.org")
    box.rounds()
    assert box.names.names is not None
    assert box.names.names.portal_api == "https://tonight.example.org/captive-portal/api"
    assert "tonight.example.org" in box.names.names.own
    assert box.rules.rules is not None
    assert box.rules.rules.tls
    box.certificate = ""
    box.rounds()
    assert (box.names.names.portal_api, box.rules.rules.tls) == ("", False)


def test_a_stick_of_an_allowed_class_becomes_the_way_out_when_it_is_plugged_in() -> None:
    box = Box(settings=msgspec.structs.replace(SETTINGS, uplink="usb", uplink_interface=""))
    assert box.rounds().uplink is UplinkState.NONE
    box.uplink.usb = (UsbPort("usb0", "03/01/01"), UsbPort("usb1", "02/06/00"))
    box.uplink.ports["usb1"] = OUT
    box.links.interfaces |= {"usb0", "usb1"}
    assert box.rounds().uplink is UplinkState.ONLINE
    assert box.rules.rules is not None
    assert box.rules.rules.uplink == "usb1"


def test_the_radio_hangs_on_the_bridge_once_it_is_an_access_point() -> None:
    box = Box(
        settings=msgspec.structs.replace(SETTINGS, mode=NetworkMode.HOTSPOT, interface="wlan0", country="DE")
    )
    box.links.interfaces.add("wlan0")
    box.radio.can_host = False
    box.rounds()
    assert box.links.links.ports == frozenset()
    box.radio.can_host = True
    box.rounds(60)
    assert box.keeper.radio.state is RadioState.HOTSPOT
    assert box.links.links.ports == {"wlan0"}


def test_addresses_that_nobody_uses_are_taken_back_when_they_run_short() -> None:
    box = Box(settings=msgspec.structs.replace(SETTINGS, attendees="10.41.0.1/27"))
    ends = int(box.clock.now().timestamp()) + 300
    box.names.told = "".join(f"{ends} 02:00:00:00:00:{n:02x} 10.41.0.{n} * *\n" for n in range(10, 31))
    box.links.heard = {"10.41.0.12": "02:00:00:00:00:0c"}
    box.rounds(2)
    assert box.names.reclaimed
    assert "10.41.0.12" not in box.names.reclaimed[0]
    assert len(box.names.reclaimed[0]) == 20


def test_mode_none_touches_nothing() -> None:
    box = Box(settings=NetworkTable())
    box.rounds()
    assert (box.links.taken, box.rules.rules, box.names.names, box.radio.orders) == ([], None, None, [])


@pytest.mark.parametrize(
    "address", ["8.8.8.8/22", "10.41.0.1/30", "10.41.0.0/22", "198.51.100.9/24", "10.0.0.1/8", "300.1.1.1/22"]
)
def test_a_network_where_no_phones_can_live_is_refused_with_its_name(address: str) -> None:
    settings = msgspec.structs.replace(SETTINGS, attendees=address)
    with pytest.raises(MatineeError, match=address.replace(".", r"\.")):
        Box(settings=settings)


def test_standing_is_read_anew_each_round() -> None:
    box = Box()
    keeper = box.rounds()
    box.uplink.ports["eth1"] = replace(OUT, answer=Answer.ANOTHER)
    box.rounds(1)
    assert keeper.uplink is UplinkState.CAPTIVE
    assert "sign-in page" in keeper.fault
