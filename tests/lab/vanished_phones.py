"""Eight remotes that vanish: run by ``unshare -rn``, says how a ninth is answered before and long after."""

from __future__ import annotations

import fcntl
import http.client
import socket
import struct
import sys
import threading
from pathlib import Path

from appliance import config
from appliance.clock import RealClock
from appliance.paths import Paths, Service
from appliance.runtime.presence import is_up
from lab.staff_room import Process, until
from webui.console.staff import ensure_operator, make_link
from webui.console.watch import MOST_FOLLOWERS

_SIOCSIFFLAGS = 0x8914  # netdevice(7)
_UP = 1
_OUT_OF_REACH_S = 25.0


def loopback(flags: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SIOCSIFFLAGS, struct.pack("16sH14s", b"lo", flags, b""))


def follow(address: tuple[str, int], cookie: str) -> http.client.HTTPConnection:
    connection = http.client.HTTPConnection(*address, timeout=10)
    connection.request("GET", "/remote/events", headers={"Cookie": cookie})
    return connection


def say(asked: http.client.HTTPConnection) -> None:
    sys.stdout.write(f"{asked.getresponse().status}\n")


def main(paths: Paths) -> None:
    loopback(_UP)
    paths.config_file.write_text("[console]\nport = 8001\n")
    console = Process(paths, Service.CONSOLE)
    try:
        until(lambda: is_up(paths, config.load(paths), Service.CONSOLE))
        ensure_operator(paths)
        address = ("127.0.0.1", 8001)
        phone = http.client.HTTPConnection(*address, timeout=10)
        phone.request("POST", make_link(paths))
        cookie = str(phone.getresponse().headers["Set-Cookie"]).partition(";")[0]
        followers = [follow(address, cookie) for _ in range(MOST_FOLLOWERS)]
        assert {one.getresponse().status for one in followers} == {200}
        say(follow(address, cookie))
        loopback(0)
        RealClock().wait(threading.Event(), _OUT_OF_REACH_S)
        loopback(_UP)
        say(follow(address, cookie))
    finally:
        console.kill()


if __name__ == "__main__":
    main(Paths(Path(sys.argv[1])).ensure())
