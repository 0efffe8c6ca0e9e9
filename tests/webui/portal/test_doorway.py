from __future__ import annotations

from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.front.captive import Standing
from appliance.front.certificate import folder
from appliance.ipc.network_client import NetworkClient
from appliance.model.network_view import ClientView
from appliance.paths import Paths
from lab.authority import Authority
from lab.front_box import SimulatedNetwork
from lab.portal_apps import OpenPortal
from webui.portal.doorway import Doorway

PHONE = "10.41.0.7"


@pytest.fixture
def doorway(paths: Paths, clock: HeldClock) -> Doorway:
    return Doorway(NetworkClient(paths), clock)


def test_without_the_network_service_the_last_tap_still_counts(doorway: Doorway) -> None:
    assert doorway.standing(PHONE) is Standing.NEW
    doorway.tapped(PHONE)
    assert doorway.standing(PHONE) is Standing.OFFLINE
    assert doorway.standing("10.41.0.8") is Standing.NEW
    assert doorway.standing(None) is Standing.NEW


def test_the_network_is_told_when_it_is_back(paths: Paths, clock: HeldClock, doorway: Doorway) -> None:
    doorway.tapped(PHONE)
    network = SimulatedNetwork(paths, uplink=True)
    server = network.serve()
    clock.advance(10)
    assert doorway.standing(PHONE) is Standing.ONLINE
    assert network.finished == {PHONE}
    server.close()


def test_a_tap_that_comes_while_another_page_waits_for_the_network_is_not_forgotten(
    clock: HeldClock,
) -> None:
    """Two pages of one phone, and a network service that restarts."""
    released: list[str] = []

    class Restarts:
        away = True

        def client(self, address: str) -> ClientView:
            if self.away:
                doorway.tapped(address)  # the other page, while this one waits
                raise MatineeError("ipc.not_running", service="network")
            return ClientView(address, finished=address in released)

        def release(self, address: str) -> ClientView:
            if self.away:
                raise MatineeError("ipc.not_running", service="network")
            released.append(address)
            return ClientView(address, finished=True)

    network = Restarts()
    doorway = Doorway(network, clock)
    assert doorway.standing(PHONE) is Standing.OFFLINE
    clock.advance(10)
    network.away = False
    assert doorway.standing(PHONE) is Standing.OFFLINE
    assert released == [PHONE]


def test_whom_the_network_began_anew_with_is_new(paths: Paths, clock: HeldClock, doorway: Doorway) -> None:
    """The address went to another phone, or its time is over."""
    network = SimulatedNetwork(paths)
    server = network.serve()
    doorway.tapped(PHONE)
    assert doorway.standing(PHONE) is Standing.OFFLINE
    network.finished.clear()
    clock.advance(2)
    assert doorway.standing(PHONE) is Standing.NEW
    assert network.finished == set()
    server.close()


def test_a_device_that_came_by_another_way_is_only_remembered(paths: Paths, clock: HeldClock) -> None:
    network = SimulatedNetwork(paths, unknown={PHONE})
    server = network.serve()
    doorway = Doorway(NetworkClient(paths), clock)
    doorway.tapped(PHONE)
    clock.advance(2)
    assert doorway.standing(PHONE) is Standing.OFFLINE
    server.close()


def test_the_network_is_asked_once_a_second_at_most_and_left_alone_when_it_hangs(
    paths: Paths, clock: HeldClock
) -> None:
    network = SimulatedNetwork(paths)
    server = network.serve()
    doorway = Doorway(NetworkClient(paths), clock)
    for _ in range(20):
        doorway.standing(PHONE)
    assert network.asked == 1
    server.close()

    class Hangs:
        asked = 0

        def client(self, _address: str) -> object:
            Hangs.asked += 1
            raise MatineeError("ipc.timeout", service="network", seconds=2)

        release = client

    doorway = Doorway(Hangs(), clock)  # type: ignore[arg-type]
    for number in range(20):
        assert doorway.standing(f"10.41.1.{number}") is Standing.NEW
    assert Hangs.asked == 1


def test_under_a_good_certificate_every_way_leads_to_the_one_own_name(
    open_app: OpenPortal,
    paths: Paths,
    clock: HeldClock,
    config: Config,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Authority(clock.now())
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.roots(tmp_path / "roots.pem")))
    key = authority.new_key()
    authority.install(folder(paths), authority.leaf(key, ["cinema.example.org"]), key)
    phone = open_app(paths, config, clock).test_client(use_cookies=False)

    def led(path: str, host: str, **more: str) -> tuple[int, str | None]:
        told = phone.get(path, headers={"Host": host}, **more)  # type: ignore[arg-type]
        return told.status_code, told.headers.get("Location")

    assert led("/generate_204", "connectivitycheck.gstatic.com") == (302, "https://cinema.example.org/")
    assert led("/programme", "matinee.internal") == (302, "https://cinema.example.org/programme")
    assert led("/healthz", "matinee.internal")[0] == 200
    assert led("/privacy", "cinema.example.org", base_url="https://cinema.example.org")[0] != 302
    clock.advance(90 * 86400)
    assert led("/generate_204", "connectivitycheck.gstatic.com") == (302, f"{config.portal.url}/")
    assert led("/programme", "matinee.internal")[0] != 302
