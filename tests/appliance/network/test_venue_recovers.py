"""The whole network on real parts: what breaks or ends is put right, and leaves nothing."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from appliance.model.network_view import CAPTIVE_ADDRESS, UplinkState
from lab.internet import internet
from lab.joined_phones import GATEWAY, fresh, reaches_the_internet, until
from lab.namespaces import require_namespaces
from lab.scan import open_tcp
from lab.wifi import INTERNET, VENUE_GATEWAY, Venue, venue


def test_a_hand_that_changes_rules_or_addresses_is_undone(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    with hall.box.socket() as hole:
        hole.bind((GATEWAY, 9100))
        hole.listen()
        hall.box.run("nft", "flush", "chain", "inet", "matinee", "attendee")
        until(lambda: open_tcp(phone.namespace, GATEWAY, (80, 9100)) == ([80], []))
    hall.box.ip("address", "del", f"{CAPTIVE_ADDRESS}/32", "dev", "matinee0")
    hall.box.ip("rule", "del", "priority", "100")
    until(lambda: CAPTIVE_ADDRESS in hall.box.ip("address", "show", "matinee0"))
    until(lambda: "10.41.0.0/22" in hall.box.ip("rule", "show"))


def test_the_cable_to_the_world_is_pulled_and_put_back_and_who_was_online_is_again(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    hall.network.release(phone.address)
    assert reaches_the_internet(phone)
    hall.outside.ip("link", "set", "lan0", "down")
    hall.wait(lambda view: view.uplink is UplinkState.DOWN)
    view = hall.network.client(phone.address)
    assert (view.finished, view.online) == (True, False)
    assert phone.get("http://matinee.internal/").status == 200
    hall.outside.ip("link", "set", "lan0", "up")
    hall.box.ip("route", "replace", "default", "via", VENUE_GATEWAY)
    hall.wait(lambda view: view.internet)
    until(lambda: reaches_the_internet(phone))


def test_an_uplink_that_claims_our_addresses_does_no_harm_and_is_told(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    hall.box.ip("address", "add", "10.41.0.7/23", "dev", "up0")  # what a strange DHCP server would make of it
    try:
        assert "same addresses" in hall.wait(lambda view: bool(view.fault)).fault
        assert phone.get("http://matinee.internal/").status == 200
        assert fresh(hall, hall.phones[1]).get("http://matinee.internal/").status == 200
    finally:
        hall.box.ip("address", "del", "10.41.0.7/23", "dev", "up0")
    hall.wait(lambda view: not view.fault and view.internet)


def test_a_service_that_was_killed_finds_who_was_online(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    hall.network.release(phone.address)
    hall.stop("network", signal.SIGKILL)
    assert reaches_the_internet(phone)  # what it had set up stands without it
    assert hall.phones[2].join().resolve("any.name") == (0, [CAPTIVE_ADDRESS])
    hall.start("network")
    hall.wait(lambda view: view.internet)
    assert hall.network.client(phone.address).online
    until(lambda: reaches_the_internet(phone))
    assert fresh(hall, hall.phones[1]).resolve("any.name") == (0, [CAPTIVE_ADDRESS])


def programs_of(house: Venue) -> list[str]:
    """Process ids of what the network service started."""
    found = house.box.run("pgrep", "-f", f"dnsmasq --conf-file={house.paths.root}/run/network")
    return found.stdout.split()


def _machine(house: Venue) -> tuple[str, ...]:
    """All of the box's network that a service could have left something in."""
    settings = house.box.run(
        "sysctl", "-a", "-r", r"^net\.(ipv4|ipv6)\.(conf\.(up0|all|default|att0)|ip_forward|icmp)"
    )
    shown = [
        house.box.ip("-4", *words)
        for words in (("rule",), ("route", "show", "table", "all"), ("-br", "link"))
    ]
    return (house.box.run("nft", "list", "ruleset").stdout, settings.stdout, *shown)


def _without_states(machine: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(line.split("@")[0].split(" UP")[0] for line in "\n".join(machine).splitlines()))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_when_it_has_stopped_nothing_of_it_is_left(end: signal.Signals, tmp_path: Path) -> None:
    require_namespaces()
    with venue(1, 'internet = true\nuplink = "ethernet"', root=tmp_path) as house, internet(house, tmp_path):
        before = _machine(house)
        house.start("network")
        house.wait(lambda view: view.internet)
        assert _machine(house) != before
        house.stop("network", end)
        if end is signal.SIGKILL:
            assert programs_of(house)
            root = f"MATINEE_ROOT={house.paths.root}"
            cleared = house.box.run("env", root, sys.executable, "-m", "appliance.network.clear")
            assert (cleared.returncode, cleared.stderr) == (0, "")
        assert programs_of(house) == []
        house.box.ip("link", "set", "att0", "up")
        assert _without_states(_machine(house)) == _without_states(before)


def test_a_box_whose_network_is_not_ours_is_not_touched(tmp_path: Path) -> None:
    require_namespaces()
    with venue(0, root=tmp_path) as house:
        house.paths.config_file.write_text('[box]\nid = "lab"\n', "utf-8")
        before = _machine(house)
        house.start("network")
        assert not house.network.status().fault
        assert _machine(house) == before
        house.stop("network")
        assert _machine(house) == before


def test_a_venue_with_its_own_sign_in_page_is_told_and_phones_stay_with_us(tmp_path: Path) -> None:
    require_namespaces()
    settings = 'internet = true\nuplink = "ethernet"'
    with venue(1, settings, root=tmp_path) as house, internet(house, tmp_path) as levers:
        levers.sign_in = True
        house.start("network", "portal", "front")
        view = house.wait(lambda view: view.uplink is UplinkState.CAPTIVE)
        assert "sign-in page" in view.fault
        phone = house.phones[0].join()
        assert phone.get("http://captive.apple.com/").headers["location"] == "http://matinee.internal/"
        released = house.network.release(phone.address)
        assert (released.finished, released.online) == (True, False)


@pytest.mark.soak
def test_volume_is_counted_both_ways_and_ends(tmp_path: Path) -> None:
    require_namespaces()
    settings = 'internet = true\nmegabytes = 1\nuplink = "ethernet"'
    with venue(1, settings, root=tmp_path) as house, internet(house, tmp_path):
        house.start("network", "portal", "front")
        house.wait(lambda view: view.internet)
        phone = house.phones[0].join()
        phone.get("http://matinee.internal/healthz")
        assert house.network.release(phone.address).bytes_left == 1_000_000
        with phone.connect(INTERNET, 443) as line:
            for _ in range(8):
                line.sendall(b"x" * 50_000)
                came = 0
                while came < 50_000:
                    came += len(line.recv(65536))
        until(lambda: (house.network.client(phone.address).bytes_left or 0) < 250_000)
        assert house.network.client(phone.address).online
        with pytest.raises((ConnectionError, TimeoutError)), phone.connect(INTERNET, 443) as line:
            for _ in range(200):
                line.sendall(b"x" * 10_000)
                assert line.recv(65536)
                time.sleep(0.05)
        assert not house.network.client(phone.address).online


def test_dnsmasq_that_dies_is_there_again(hall: Venue) -> None:
    for pid in programs_of(hall):
        os.kill(int(pid), signal.SIGKILL)
    until(lambda: hall.phones[0].dhcp(5).wait() == 0)
