"""Debian's NetworkManager as a phone of the attendees, and as what sets up the box's own ports."""

from __future__ import annotations

import time
from pathlib import Path

from lab.handset import PORT
from lab.namespaces import require_namespaces
from lab.network_manager import network_manager
from lab.wifi import venue


def test_network_manager_sees_a_portal_and_after_the_last_tap_an_open_network(tmp_path: Path) -> None:
    require_namespaces()
    with venue(1, root=tmp_path) as house:
        house.start("network", "portal", "front")
        laptop = house.phones[0].namespace
        laptop.resolve_by("10.41.0.1")
        with network_manager(laptop, tmp_path) as manager:
            manager.cli("device", "set", PORT, "managed", "yes")
            assert "successfully" in manager.cli("device", "connect", PORT)
            assert manager.cli("networking", "connectivity", "check") == "portal"
            (address,) = (
                word for word in laptop.ip("-4", "-br", "address").split() if word.startswith("10.41.")
            )
            assert house.network.release(address.partition("/")[0]).finished
            deadline = time.monotonic() + 20
            while manager.cli("networking", "connectivity", "check") != "full":
                assert time.monotonic() < deadline
                time.sleep(0.3)


def test_network_manager_leaves_the_attendees_port_to_us_and_keeps_the_others(tmp_path: Path) -> None:
    require_namespaces()
    with venue(0, root=tmp_path) as house, network_manager(house.box, tmp_path) as manager:
        for port in ("att0", "up0"):
            manager.cli("device", "set", port, "managed", "yes")
        house.environment = manager.environment
        house.start("network")
        ports = dict(line.split(":")[:2] for line in manager.cli("-f", "DEVICE,STATE", "device").splitlines())
        assert (ports["att0"], ports["matinee0"]) == ("unmanaged", "unmanaged")
        assert ports["up0"] != "unmanaged"
