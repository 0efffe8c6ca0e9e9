"""What a venue and its guests do to a network, and what phones notice; and by which name the box is found."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from appliance.model.network_view import CAPTIVE_ADDRESS
from lab.handset import PORT, Handset, answer, query
from lab.joined_phones import GATEWAY, reaches_the_internet, until
from lab.namespaces import Namespace
from lab.quickest import quickest
from lab.scan import open_tcp
from lab.wifi import BOX_ON_THE_VENUE, VENUE_GATEWAY, WIRE, Venue

NAME = "matinee-lab.local"
MDNS = ("224.0.0.251", 5353)
EXPERIMENT = 0x88B5
"""EtherType for experiments (IEEE 802, clause 9.2.4): nobody's protocol."""


def two(hall: Venue) -> tuple[Handset, Handset]:
    """Phones that have joined, and that the box has heard of."""
    phones = hall.phones[0], hall.phones[1]
    for phone in phones:
        if not phone.lease:
            phone.join()
        phone.get("http://matinee.internal/healthz")
    return phones


def heard(order: Callable[[str], object], phone: Handset) -> None:
    """Told to the network service as often as it takes on a busy machine: all of these are idempotent."""

    def said() -> bool:
        try:
            order(phone.address)
        except MatineeError as fault:
            if fault.key != "ipc.timeout":
                raise
            return False
        return True

    until(said, 60)


def shouted_for(namespace: Namespace, own: str, seconds: float) -> set[str]:
    """What a multicast question for the box's name is answered (RFC 6762, 6.7: a one-shot question)."""
    found: set[str] = set()
    with namespace.socket(kind=socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(own))
        sock.settimeout(0.5)
        deadline = time.monotonic() + seconds
        while not found and time.monotonic() < deadline:
            sock.sendto(query(NAME), MDNS)
            with suppress(TimeoutError):
                while True:
                    found.update(answer(sock.recv(4096))[1])
    return found


def test_the_box_is_found_by_name_where_it_may_be_at_the_address_reached_there(
    hall: Venue,
) -> None:
    phone, _ = two(hall)
    hall.wait(lambda view: view.announced)
    assert shouted_for(phone.namespace, phone.address, 10) == {GATEWAY}
    assert shouted_for(hall.crew, "192.168.88.9", 10) == {WIRE}
    assert shouted_for(hall.outside, VENUE_GATEWAY, 1.5) == set()
    assert phone.resolve(NAME) == (0, [CAPTIVE_ADDRESS])  # phones whose system knows no mDNS ask so
    heard(hall.network.release, phone)
    assert phone.resolve(NAME) == (0, [CAPTIVE_ADDRESS])
    assert phone.get(f"http://{NAME}/").status == 200


def frames_from(ear: socket.socket, sender: bytes) -> list[bytes]:
    heard = []
    try:
        while True:
            frame = ear.recv(2048)
            if frame[6:12] == sender:
                heard.append(frame[12:14])
    except TimeoutError:
        return heard


def test_not_one_frame_goes_from_phone_to_phone(hall: Venue) -> None:
    first, second = two(hall)
    macs = [bytes.fromhex(_mac(phone).replace(":", "")) for phone in (first, second)]
    who_has = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + macs[0] + socket.inet_aton(first.address)
    who_has += bytes(6) + socket.inet_aton(second.address)
    with first.namespace.entered():
        mouth = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    with second.namespace.entered():
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(3))  # ETH_P_ALL
    with mouth, ear:
        mouth.bind((PORT, 0))
        ear.bind((PORT, 0))
        ear.settimeout(0.5)
        for to in (macs[1], b"\xff" * 6, bytes.fromhex("01005e0000fb"), bytes.fromhex("333300000001")):
            mouth.send(to + macs[0] + struct.pack(">H", EXPERIMENT) + bytes(50))
            mouth.send(to + macs[0] + struct.pack(">H", 0x0806) + who_has + bytes(18))
        assert frames_from(ear, macs[0]) == []
    pinged = first.namespace.run("busybox", "ping", "-c", "2", "-W", "1", second.address)
    assert " 0 packets received" in pinged.stdout
    assert second.address not in _reachable(first)
    assert first.namespace.run("busybox", "ping", "-c", "1", "-W", "2", GATEWAY).returncode == 0


def test_phones_that_are_online_reach_each_other_by_no_way_of_the_box_either(hall: Venue) -> None:
    first, second = two(hall)
    for phone in (first, second):
        heard(hall.network.release, phone)
    until(lambda: reaches_the_internet(first), 40)
    first.namespace.ip("route", "replace", f"{second.address}/32", "via", GATEWAY)
    try:
        with (
            second.namespace.socket(kind=socket.SOCK_DGRAM) as ear,
            first.namespace.socket(kind=socket.SOCK_DGRAM) as mouth,
            second.namespace.socket() as door,
        ):
            ear.bind((second.address, 9199))
            ear.settimeout(0.5)
            door.bind((second.address, 9199))
            door.listen()
            mouth.sendto(b"hello", (second.address, 9199))
            assert open_tcp(first.namespace, second.address, (9199,))[0] == []
            with pytest.raises(TimeoutError):
                ear.recv(10)
    finally:
        first.namespace.ip("route", "del", f"{second.address}/32")
        for phone in (first, second):
            heard(hall.network.revoke, phone)


def test_nobody_makes_the_box_shoot_at_the_crew_by_a_forged_sender(hall: Venue) -> None:
    """An answer to a forged question would go to whom it names: here to the crew's own computer."""
    phone, victim = two(hall)[0], "192.168.88.9"
    with hall.crew.entered():
        ear = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.ntohs(0x0800))
    phone.namespace.ip("address", "add", f"{victim}/32", "dev", PORT)
    try:
        with (
            ear,
            phone.namespace.socket(kind=socket.SOCK_DGRAM) as asking,
            phone.namespace.socket() as knocking,
        ):
            ear.bind(("wire0", 0))
            ear.settimeout(1)
            asking.bind((victim, 0))
            asking.sendto(query("any.example"), (GATEWAY, 53))
            knocking.bind((victim, 0))
            knocking.settimeout(0.5)
            with pytest.raises(TimeoutError):
                knocking.connect((CAPTIVE_ADDRESS, 80))
            shots = []
            with suppress(TimeoutError):
                while True:
                    packet = ear.recv(2048)[14:]
                    if packet[16:20] == socket.inet_aton(victim) and packet[12:16] != socket.inet_aton(WIRE):
                        shots.append(packet[9])
            assert shots == []
    finally:
        phone.namespace.ip("address", "del", f"{victim}/32", "dev", PORT)


def _mac(phone: Handset) -> str:
    return phone.namespace.run("cat", f"/sys/class/net/{PORT}/address").stdout.strip()


def _reachable(phone: Handset) -> str:
    lines = phone.namespace.ip("neighbour").splitlines()
    return "\n".join(line for line in lines if "lladdr" in line)


@contextmanager
def rogue_dhcp(place: Namespace, port: str, own: str, folder: Path) -> Iterator[Path]:
    """A DHCP server that offers itself as the way; yields its list of whom it served."""
    given = folder / f"rogue-{port}"
    net = own.rpartition(".")[0]
    words = (
        "dnsmasq", "--keep-in-foreground", "--port=0", f"--interface={port}", "--bind-dynamic", "--pid-file",
        "--no-ping", "--dhcp-authoritative", "--dhcp-rapid-commit", f"--dhcp-leasefile={given}",
        f"--dhcp-range={net}.100,{net}.200,255.255.255.0,600", f"--dhcp-option=option:router,{own}",
        "--user=root", "--conf-file=/dev/null",
    )  # fmt: skip
    with subprocess.Popen(place.command(*words), stderr=subprocess.DEVNULL) as server:
        try:
            until(given.exists, 30)
            yield given
        finally:
            server.terminate()


def test_a_rogue_dhcp_server_on_the_uplink_serves_no_phone(hall: Venue, tmp_path: Path) -> None:
    with rogue_dhcp(hall.outside, "lan0", VENUE_GATEWAY, tmp_path) as given:
        for phone in two(hall):
            assert phone.join().lease["router"] == GATEWAY
        assert given.read_text("ascii") == ""


def test_a_rogue_dhcp_server_on_a_phone_serves_no_other(hall: Venue, tmp_path: Path) -> None:
    phone, rogue = two(hall)
    with rogue_dhcp(rogue.namespace, PORT, rogue.address, tmp_path) as given:
        for _ in range(3):
            assert phone.join().lease["router"] == GATEWAY
        assert given.read_text("ascii") == ""


def _give_uplink(hall: Venue, address: str) -> None:
    """As a new lease of the venue's router would."""
    hall.box.ip("address", "flush", "dev", "up0")
    hall.box.ip("address", "add", address, "dev", "up0")
    hall.box.ip("route", "replace", "default", "via", VENUE_GATEWAY)


def test_the_uplinks_address_changes_in_mid_show_and_phones_stay_online(hall: Venue) -> None:
    phone, _ = two(hall)
    heard(hall.network.release, phone)
    until(lambda: reaches_the_internet(phone), 40)
    try:
        _give_uplink(hall, "192.168.77.93/24")
        assert phone.get("http://matinee.internal/").status == 200
        until(lambda: reaches_the_internet(phone), 40)
        until(lambda: hall.network.client(phone.address).online, 40)
    finally:
        _give_uplink(hall, f"{BOX_ON_THE_VENUE}/24")
    hall.wait(lambda view: view.internet)


@pytest.mark.soak
def test_a_flood_of_questions_slows_nobody_elses(hall: Venue) -> None:
    phone, guest = two(hall)
    flood = guest.namespace.command("python3", "-c", _FLOOD.format(server=GATEWAY))
    with subprocess.Popen(flood, env={**os.environ}) as flooding:
        try:
            assert quickest(lambda: slowest_s(phone), 0.3) < 0.3
        finally:
            flooding.kill()


def slowest_s(phone: Handset) -> float:
    """Of two hundred names, but for the slowest one in a hundred."""
    waits = []
    for number in range(200):
        began = time.monotonic()
        assert phone.resolve(f"name{number}.example")[0] == 0
        waits.append(time.monotonic() - began)
    return sorted(waits)[int(len(waits) * 0.99)]


_FLOOD = """
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect(("{server}", 53))
asked = bytes.fromhex("000001000001000000000000") + b"\\x05flood\\x07example\\x00" + bytes.fromhex("00010001")
while True:
    try:
        sock.send(asked)
    except OSError:
        pass
"""
