"""A box behind its front door: real nginx, real portal, real console, on addresses of the loopback.

127.0.0.2 stands for the attendees' address, 127.0.0.3 for the wire; who comes from 127.0.x.y or 127.1.x.y is
an attendee (Chromium too), who comes from 127.2.x.y is crew.
"""

from __future__ import annotations

import http.client
import os
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from appliance import config as settings
from appliance.clock import RealClock
from appliance.config import Config
from appliance.errors import MatineeError
from appliance.ids import new_secret
from appliance.ipc.network_client import Address
from appliance.ipc.server import ControlServer, Request, Route
from appliance.model.network_view import ClientView
from appliance.paths import Paths, Service
from appliance.sealing_age import make_key
from lab.audience import Evening
from lab.ending import ended
from lab.free_port import free_port

GUESTS, WIRE = "127.0.0.2", "127.0.0.3"
PORTAL = "http://matinee.internal"


@dataclass
class SimulatedNetwork:
    """The network service's socket, played: who was released, who let in, and whether there is an uplink."""

    paths: Paths
    uplink: bool = False
    seconds: int | None = None
    volume: int | None = None
    unknown: set[str] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    staff: set[str] = field(default_factory=set)
    asked: int = 0

    def view(self, address: str) -> ClientView:
        self.asked += 1
        done = address in self.finished
        online = done and self.uplink
        left = (self.seconds, self.volume) if online else (None, None)
        return ClientView(address, done, online, *left, staff=address in self.staff)

    def _tell(self, which: set[str], request: Request) -> ClientView:
        address = request.decode(Address).address
        if address in self.unknown:
            raise MatineeError("network.unknown_client", address=address)
        which.add(address)
        return self.view(address)

    def serve(self) -> ControlServer:
        routes = [
            Route("GET", "/clients/{address}", lambda request: self.view(request.parts["address"])),
            Route("POST", "/clients/release", lambda request: self._tell(self.finished, request)),
            Route("POST", "/staff/admit", lambda request: self._tell(self.staff, request)),
        ]
        return ControlServer(self.paths.socket(Service.NETWORK), routes, lambda work: work())


@dataclass(frozen=True)
class Told:
    """One answer."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class FrontBox:
    """Ports and paths of a box whose front door stands."""

    paths: Paths
    config: Config
    network: SimulatedNetwork
    evening: Evening

    @property
    def http(self) -> int:
        return self.config.front.http

    def ask(
        self,
        path: str,
        host: str,
        *,
        at: tuple[str, int] | None = None,
        phone: str = "127.1.0.1",
        method: str = "GET",
        body: str | None = None,
        **headers: str,
    ) -> Told:
        """One request of the phone at ``phone``, to the attendees' address or ``at`` another of the box."""
        to, port = at or (GUESTS, self.http)
        line = socket.create_connection((to, port), timeout=20, source_address=(phone, 0))
        if port in {self.config.front.https, self.config.front.staff}:
            careless = ssl._create_unverified_context()  # noqa: S323, SLF001 whose it is, other tests look at
            line = careless.wrap_socket(line, server_hostname=host.partition(":")[0] or None)
        asked = http.client.HTTPConnection(to, port)
        asked.sock = line
        try:
            asked.request(
                method, path, body, {"Host": host, **{k.replace("_", "-"): v for k, v in headers.items()}}
            )
            answer = asked.getresponse()
            return Told(answer.status, answer.headers, answer.read())
        finally:
            asked.close()


def prepare(paths: Paths, manifest: str, extra: str = "") -> Config:
    """Write ``config.toml`` with free ports; nothing runs yet."""
    ports = [free_port() for _ in range(5)]
    _, recipient = make_key()
    paths.config_file.write_text(
        f'[portal]\nport = {ports[0]}\nurl = "{PORTAL}"\n'
        f"[console]\nport = {ports[1]}\n"
        f'[people]\nrecipients = ["{recipient}"]\n'
        f'[network]\nattendees = "127.0.0.1/15"\n'
        f"[front]\nhttp = {ports[2]}\nhttps = {ports[3]}\nstaff = {ports[4]}\n"
        f'wire = "{WIRE}"\nguests = ["{GUESTS}"]\n' + extra
    )
    assert manifest
    return settings.load(paths)


@contextmanager
def standing(paths: Paths, manifest: str, *services: str, extra: str = "") -> Iterator[FrontBox]:
    """The front door with ``services`` behind it (``portal``, ``console``), all real processes."""
    config = prepare(paths, manifest, extra)
    evening = Evening(paths, RealClock(), manifest)
    network = SimulatedNetwork(paths)
    with ExitStack() as stack:
        server = network.serve()
        stack.callback(server.close)
        for words in (("run", "portal"), ("run", "console"), ("front",)):
            if words[-1] in {"front", *services}:
                stack.enter_context(process(paths, *words))
        yield FrontBox(paths, config, network, evening)


@contextmanager
def process(paths: Paths, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """`matinee WORDS`, once it has said READY as systemd would hear it."""
    name = f"matinee-test-{new_secret()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(f"\0{name}")
        manager.settimeout(0.5)
        command = [sys.executable, "-m", "appliance", *words]
        environment = {**os.environ, "MATINEE_ROOT": str(paths.root), "NOTIFY_SOCKET": f"@{name}"}
        with subprocess.Popen(command, env=environment) as child:
            try:
                _await_ready(manager, child)
                drain = threading.Thread(target=_drain, args=(manager,), daemon=True)
                drain.start()
                yield child
            finally:
                child.terminate()
                ended(child)


def _await_ready(manager: socket.socket, child: subprocess.Popen[bytes]) -> None:
    words = b""
    for _ in range(240):
        assert child.poll() is None, "it ended"
        with suppress(TimeoutError):
            words = manager.recv(4096)
        if b"READY=1" in words:
            break
    assert b"READY=1" in words


def _drain(manager: socket.socket) -> None:
    manager.settimeout(None)
    while True:
        try:
            if not manager.recv(4096):
                return
        except OSError:
            return
