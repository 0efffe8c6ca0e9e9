from __future__ import annotations

from ipaddress import IPv4Network
from pathlib import Path

import pytest

from appliance.model.network_view import NetworkMode, UplinkState
from appliance.network.ceiling import board, ceiling, crowded
from appliance.network.uplink import Answer, Facts, UsbPort, port_of, state
from appliance.network.uplink_kernel import usb_ports

OURS = IPv4Network("10.41.0.0/22")
VENUE = ("192.168.77.2/24",)


@pytest.mark.parametrize(
    ("facts", "worth"),
    [
        (Facts(), UplinkState.DOWN),
        (Facts(carrier=True), UplinkState.DOWN),
        (Facts(carrier=True, addresses=VENUE), UplinkState.LOCAL),
        (Facts(carrier=True, addresses=VENUE, gateway=True), UplinkState.LOCAL),
        (Facts(True, VENUE, True, Answer.ANOTHER), UplinkState.CAPTIVE),
        (Facts(True, VENUE, True, Answer.RIGHT), UplinkState.ONLINE),
        (Facts(True, ("10.41.2.9/24",), True, Answer.RIGHT), UplinkState.LOCAL),
        (Facts(True, ("10.0.0.9/8",), True, Answer.RIGHT), UplinkState.LOCAL),
    ],
)
def test_what_a_way_out_is_worth(facts: Facts, worth: UplinkState) -> None:
    assert state(facts, OURS) is worth


def test_only_usb_network_classes_become_a_way_out() -> None:
    ports = (UsbPort("usb0", "03/01/01"), UsbPort("usb1", "ff/ff/ff"), UsbPort("usb2", "02/0d/00"))
    assert port_of("usb", "", ports, "eth0") == "usb2"
    assert port_of("usb", "", ports[:2], "eth0") == ""
    assert port_of("usb", "usb1", ports, "eth0") == ""


def test_the_attendees_port_is_never_the_way_out() -> None:
    assert port_of("ethernet", "eth0", (), "eth0") == ""
    assert port_of("usb", "", (UsbPort("usb2", "02/0d/00"),), "usb2") == ""
    assert port_of("none", "eth1", (), "eth0") == ""


def test_a_usb_ports_class_is_read_from_sysfs(tmp_path: Path) -> None:
    device = tmp_path / "usb0" / "device"
    device.mkdir(parents=True)
    (tmp_path / "eth0").mkdir()
    for name, value in (("Class", "E0"), ("SubClass", "01"), ("Protocol", "03")):
        (device / f"bInterface{name}").write_text(f"{value}\n", "ascii")
    assert usb_ports(tmp_path) == (UsbPort("usb0", "e0/01/03"),)


def test_a_radio_that_is_full_says_what_to_do() -> None:
    most = ceiling(NetworkMode.HOTSPOT, "Raspberry Pi 4 Model B Rev 1.5", "minimal")
    assert crowded(31, most) == "31 on Wi-Fi, radio full at 19: add an access point."
    assert crowded(16, most)
    assert crowded(10, most) == ""


def test_what_the_venues_access_points_take_is_not_ours_to_say() -> None:
    assert ceiling(NetworkMode.ETHERNET, "Raspberry Pi 4 Model B", "minimal") is None
    assert ceiling(NetworkMode.HOTSPOT, "Some other board", "") is None
    assert ceiling(NetworkMode.HOTSPOT, "Some other board", "", told=60) == 60


def test_the_board_and_its_firmware_are_read_where_linux_says_them(tmp_path: Path) -> None:
    assert board(tmp_path) == ("", "standard")
    (tmp_path / "proc/device-tree").mkdir(parents=True)
    (tmp_path / "proc/device-tree/model").write_bytes(b"Raspberry Pi 4 Model B Rev 1.5\0")
    folder = tmp_path / "lib/firmware/cypress"
    folder.mkdir(parents=True)
    (folder / "cyfmac43455-sdio-minimal.bin").touch()
    (folder / "cyfmac43455-sdio.bin").symlink_to("cyfmac43455-sdio-minimal.bin")
    assert board(tmp_path) == ("Raspberry Pi 4 Model B Rev 1.5", "minimal")
