"""An evening with a minute of internet for everybody: the kernel itself ends it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lab.internet import internet
from lab.namespaces import require_namespaces
from lab.wifi import INTERNET, venue


@pytest.mark.soak
def test_a_minute_is_a_minute_once(tmp_path: Path) -> None:
    require_namespaces()
    settings = 'internet = true\nminutes = 1\nuplink = "ethernet"'
    with venue(1, settings, root=tmp_path) as house, internet(house, tmp_path):
        house.start("network", "portal", "front")
        house.wait(lambda view: view.internet)
        phone = house.phones[0].join()
        phone.get("http://matinee.internal/healthz")
        began = time.monotonic()
        assert house.network.release(phone.address).online
        with phone.connect(INTERNET, 443) as line:
            line.sendall(b"hello")
            assert line.recv(5) == b"hello"
        while house.network.client(phone.address).online:
            assert time.monotonic() - began < 75
            time.sleep(0.2)
        assert time.monotonic() - began > 55
        with pytest.raises(OSError, match="refused"):
            phone.connect(INTERNET, 443)
        again = house.network.release(phone.address)
        assert (again.finished, again.online) == (True, False)
        assert phone.get("http://matinee.internal/").status == 200
