"""nginx as `matinee front` runs it: 443 comes and goes with the certificate; nothing outlives its starter."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from appliance.clock import ClockTrust, RealClock
from appliance.errors import MatineeError
from appliance.front.certificate import folder
from appliance.front.door import FrontDoor
from appliance.paths import Paths
from lab.audience import SAMPLE
from lab.authority import Authority
from lab.front_box import GUESTS, prepare
from lab.staff_room import until

NAME = "cinema.example.org"


class Vouched(RealClock):
    """The machine's clock, as if a time service kept it."""

    @property
    def trust(self) -> ClockTrust:
        return ClockTrust.PROVEN


@pytest.fixture
def authority() -> Authority:
    return Authority(RealClock().now())


@pytest.fixture
def ports(paths: Paths, authority: Authority, tmp_path: Path) -> Iterator[tuple[int, int]]:
    config = prepare(paths, SAMPLE.read_text())
    roots = authority.roots(tmp_path / "roots.pem")
    stop = threading.Event()
    door = FrontDoor(paths, config, Vouched(), roots)
    running = threading.Thread(target=door.run, args=(stop, 0.05))
    running.start()
    until(lambda: answers(config.front.http))
    yield config.front.http, config.front.https
    stop.set()
    running.join(20)
    assert not running.is_alive()
    assert not answers(config.front.http)


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection((GUESTS, port), timeout=2):
        return True
    return False


def speaks(careful: ssl.SSLContext, port: int) -> str | None:
    """The version of TLS, to who trusts the authority and asks for the name."""
    with (
        suppress(ConnectionError),
        socket.create_connection((GUESTS, port), timeout=20) as line,
        careful.wrap_socket(line, server_hostname=NAME) as told,
    ):
        return told.version()
    return None


def test_443_comes_with_a_certificate_and_goes_with_it(
    paths: Paths, authority: Authority, ports: tuple[int, int], tmp_path: Path
) -> None:
    http, https = ports
    assert not answers(https)
    key = authority.new_key()
    authority.install(folder(paths), authority.leaf(key, [NAME]), key)
    careful = ssl.create_default_context(cafile=str(tmp_path / "roots.pem"))
    until(lambda: speaks(careful, https) == "TLSv1.3")
    again = authority.new_key()
    authority.install(folder(paths), authority.leaf(again, [NAME], days=0), again)
    until(lambda: not answers(https))
    assert answers(http)


def test_settings_that_nginx_refuses_are_named(paths: Paths) -> None:
    config = prepare(paths, SAMPLE.read_text())
    (paths.keys / "door").mkdir()
    for name in ("chain.pem", "key.pem"):
        (paths.keys / "door" / name).write_text("torn")
    with pytest.raises(MatineeError) as fault:
        FrontDoor(paths, config, RealClock()).run(threading.Event())
    assert fault.value.key == "front.refused"
