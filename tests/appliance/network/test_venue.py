"""The whole network on real parts: nftables, two dnsmasq, udhcpc, nginx and portal, in namespaces."""

from __future__ import annotations

import socket
import time

import pytest

from appliance.model.network_view import CAPTIVE_ADDRESS
from lab.handset import PORT, Handset
from lab.joined_phones import GATEWAY, fresh, reaches_the_internet
from lab.quickest import quickest
from lab.scan import not_refused_udp, open_tcp
from lab.wifi import BOX_ON_THE_VENUE, INTERNET, VENUE_GATEWAY, WIRE, Venue

USUAL_UDP = (53, 67, 68, 69, 123, 137, 161, 443, 500, 514, 1053, 1054, 1194, 1900, 4500, 5353, 5355, 51820)
SOME_TCP = (
    *range(1, 1100),
    1883,
    3306,
    5000,
    5353,
    5432,
    6379,
    8000,
    8001,
    8080,
    8443,
    9000,
    53000,
    53001,
    65535,
)


def listening(phone: Handset, port: int) -> socket.socket:
    sock = phone.namespace.socket(kind=socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind(("", port))
    sock.settimeout(0.4)
    return sock


def test_a_phone_gets_an_address_a_way_and_a_resolver_in_one_go(hall: Venue) -> None:
    phone = hall.phones[0].join()
    assert (phone.lease["router"], phone.lease["dns"], phone.lease["lease"]) == (GATEWAY, GATEWAY, 600)
    assert phone.lease["portal"] == ""  # no certificate: no option 114


@pytest.mark.parametrize("name", ["captive.apple.com", "connectivitycheck.gstatic.com", "any.name.at.all"])
def test_before_the_last_tap_every_name_leads_to_the_portal_whatever_resolver_is_asked(
    hall: Venue, name: str
) -> None:
    phone = fresh(hall, hall.phones[0])
    assert phone.resolve(name) == (0, [CAPTIVE_ADDRESS])
    assert phone.resolve(name, server="8.8.8.8") == (0, [CAPTIVE_ADDRESS])
    assert phone.resolve(name, kind=28) == (0, [])
    assert phone.resolve(name, kind=65) == (0, [])


@pytest.mark.parametrize("name", ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"])
def test_names_that_lead_phones_around_us_do_not_exist_before_and_after(hall: Venue, name: str) -> None:
    phone = fresh(hall, hall.phones[0])
    assert phone.resolve(name) == (3, [])
    hall.network.release(phone.address)
    assert phone.resolve(name) == (3, [])


def test_whatever_page_is_asked_the_portal_answers(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    for url in ("http://captive.apple.com/hotspot-detect.html", "http://1.2.3.4/", f"http://{INTERNET}/nm"):
        page = phone.get(url)
        assert (page.status, page.headers["location"]) == (302, "http://matinee.internal/")
    assert phone.get("http://matinee.internal/").status == 200


@pytest.mark.parametrize("address", [CAPTIVE_ADDRESS, GATEWAY, INTERNET, "8.8.8.8", BOX_ON_THE_VENUE, WIRE])
def test_tls_is_refused_at_once_and_never_left_waiting(hall: Venue, address: str) -> None:
    phone = fresh(hall, hall.phones[0])
    for port in (443, 853):
        assert quickest(lambda port=port: refused_s(phone, address, port), 1) < 1  # type: ignore[misc]
        assert not_refused_udp(phone.namespace, address, [port]) == []


def refused_s(phone: Handset, address: str, port: int) -> float:
    began = time.monotonic()
    with pytest.raises(ConnectionRefusedError):
        phone.connect(address, port)
    return time.monotonic() - began


def test_a_scan_of_the_box_finds_dns_dhcp_and_the_portal(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    for address in (GATEWAY, CAPTIVE_ADDRESS):
        assert open_tcp(phone.namespace, address, SOME_TCP) == ([53, 80], [])
        assert not_refused_udp(phone.namespace, address, USUAL_UDP) == [53]  # 67 answers DHCP alone
    for address in (BOX_ON_THE_VENUE, WIRE):
        # 53 and 80 of any address at all are the portal's; the box's own there are not reached.
        assert open_tcp(phone.namespace, address, (22, 443, 8000, 8001, 8443, 5353)) == ([], [])


@pytest.mark.soak
@pytest.mark.parametrize("address", [GATEWAY, CAPTIVE_ADDRESS])
def test_a_scan_of_all_ports_finds_dns_and_the_portal(hall: Venue, address: str) -> None:
    phone = fresh(hall, hall.phones[0])
    assert open_tcp(phone.namespace, address, range(1, 65536)) == ([53, 80], [])


def test_an_online_phone_finds_no_more_of_the_box_than_before(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    hall.network.release(phone.address)
    assert reaches_the_internet(phone)
    for address in (GATEWAY, CAPTIVE_ADDRESS):
        assert open_tcp(phone.namespace, address, (22, 53, 80, 443, 1053, 1054, 8000, 8001, 8443)) == (
            [53, 80],
            [],
        )
    with hall.outside.socket() as printer:
        printer.bind((VENUE_GATEWAY, 9100))
        printer.listen()
        assert open_tcp(hall.box, VENUE_GATEWAY, (9100,)) == ([9100], [])
        for address in (BOX_ON_THE_VENUE, WIRE, VENUE_GATEWAY):
            assert open_tcp(phone.namespace, address, (22, 80, 443, 8000, 8001, 8443, 9100)) == ([], [])


def test_after_the_last_tap_the_internet_is_there_for_this_phone_and_no_other(hall: Venue) -> None:
    phone, other = fresh(hall, hall.phones[0]), fresh(hall, hall.phones[1])
    assert not reaches_the_internet(phone)
    view = hall.network.release(phone.address)
    assert (view.finished, view.online) == (True, True)
    assert reaches_the_internet(phone)
    assert phone.resolve("some.name.example") == (0, [INTERNET])
    phone.connect(INTERNET, 443).close()
    assert not reaches_the_internet(other)
    assert other.resolve("some.name.example") == (0, [CAPTIVE_ADDRESS])


def test_a_name_of_the_internet_that_leads_into_the_house_has_no_address(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    hall.network.release(phone.address)
    assert phone.resolve("inside.example")[1] == []


def test_who_is_revoked_loses_what_is_open_at_once(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    hall.network.release(phone.address)
    with phone.connect(INTERNET, 443) as line:
        line.sendall(b"hello")
        assert line.recv(5) == b"hello"
        hall.network.revoke(phone.address)
        with pytest.raises((ConnectionError, TimeoutError)):
            for _ in range(20):
                line.sendall(b"hello")
                assert line.recv(5)
    assert not reaches_the_internet(phone)


def test_a_phone_that_takes_an_online_phones_address_stays_captive(hall: Venue) -> None:
    phone, thief = fresh(hall, hall.phones[0]), fresh(hall, hall.phones[1])
    hall.network.release(phone.address)
    thief.namespace.ip("address", "add", f"{phone.address}/22", "dev", PORT)
    try:
        thief.namespace.ip("route", "replace", "default", "via", GATEWAY, "src", phone.address)
        assert not reaches_the_internet(thief)
    finally:
        thief.namespace.ip("address", "flush", "dev", PORT)
        thief.lease = {}


def test_a_forged_sender_from_outside_the_attendees_network_is_not_heard(hall: Venue) -> None:
    phone = fresh(hall, hall.phones[0])
    phone.namespace.ip("address", "add", "192.168.88.9/32", "dev", PORT)
    try:
        with phone.namespace.socket() as sock:
            sock.settimeout(1)
            sock.bind(("192.168.88.9", 0))
            with pytest.raises(TimeoutError):
                sock.connect((CAPTIVE_ADDRESS, 80))
    finally:
        phone.namespace.ip("address", "del", "192.168.88.9/32", "dev", PORT)


def test_phone_to_phone_there_is_nothing_not_by_wire_nor_by_way_of_the_box(hall: Venue) -> None:
    first, second = fresh(hall, hall.phones[0]), fresh(hall, hall.phones[1])
    group = "239.255.255.250"
    mac = second.namespace.run("cat", f"/sys/class/net/{PORT}/address").stdout.strip()
    ways = (
        ("neighbour", "replace", second.address, "lladdr", mac, "dev", PORT),
        ("route", "replace", f"{second.address}/32", "via", GATEWAY),
    )
    with listening(second, 1900) as ear, first.namespace.socket(kind=socket.SOCK_DGRAM) as mouth:
        joined = socket.inet_aton(group) + socket.inet_aton(second.address)
        ear.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
        mouth.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        mouth.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(first.address))
        for target in (group, "255.255.255.255", "10.41.3.255"):
            mouth.sendto(b"hello", (target, 1900))
        for way in ways:
            first.namespace.ip(*way)
            mouth.sendto(b"hello", (second.address, 1900))
            assert open_tcp(first.namespace, second.address, (22, 1900, 8009))[0] == []
        first.namespace.ip("route", "del", f"{second.address}/32")
        first.namespace.ip("neighbour", "del", second.address, "dev", PORT)
        with pytest.raises(TimeoutError):
            ear.recv(10)
    heard = second.namespace.run("cat", "/proc/net/arp").stdout
    assert first.address not in heard


def test_the_crew_reaches_the_box_by_wire(hall: Venue) -> None:
    assert 80 in open_tcp(hall.crew, WIRE, (80,))[0]


def test_strangers_on_the_venues_network_reach_nothing(hall: Venue) -> None:
    assert open_tcp(hall.outside, BOX_ON_THE_VENUE, (22, 53, 80, 443, 1054, 8000, 8001, 8443)) == ([], [])


def test_the_venues_network_sends_nothing_into_the_crews(hall: Venue) -> None:
    with (
        hall.crew.socket(kind=socket.SOCK_DGRAM) as ear,
        hall.outside.socket(kind=socket.SOCK_DGRAM) as mouth,
    ):
        ear.bind(("", 9199))
        ear.settimeout(0.5)
        hall.outside.ip("route", "replace", "192.168.88.0/24", "via", BOX_ON_THE_VENUE)
        try:
            with pytest.raises(TimeoutError):
                for _ in range(3):
                    mouth.sendto(b"hello", ("192.168.88.9", 9199))
                    ear.recv(10)
        finally:
            hall.outside.ip("route", "del", "192.168.88.0/24")


def test_staff_who_were_admitted_reach_the_console_and_nobody_else(hall: Venue) -> None:
    phone, other = fresh(hall, hall.phones[0]), fresh(hall, hall.phones[1])
    assert open_tcp(phone.namespace, CAPTIVE_ADDRESS, (8443,)) == ([], [])
    assert hall.network.admit_staff(phone.address).staff
    assert open_tcp(phone.namespace, CAPTIVE_ADDRESS, (8443,)) == ([8443], [])
    assert open_tcp(other.namespace, CAPTIVE_ADDRESS, (8443,)) == ([], [])
    with phone.connect(CAPTIVE_ADDRESS, 8443) as line:
        assert not hall.network.dismiss_staff(phone.address).staff
        with pytest.raises(ConnectionResetError):
            line.sendall(b"still here?")
            line.recv(100)
    assert open_tcp(phone.namespace, CAPTIVE_ADDRESS, (8443,)) == ([], [])
