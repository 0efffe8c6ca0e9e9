"""A venue: the box, an access point that isolates phones, a way out with an internet behind it, and phones.

Phones hang on an Ethernet switch whose ports are isolated from each other, as an access point's clients are;
the box hangs on the one port that is not. Network service, nginx, portal and dnsmasq are the real ones.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ipc.network_client import NetworkClient
from appliance.model.network_view import NetworkMode, NetworkView
from appliance.paths import Paths
from appliance.runtime.leash import leashed
from appliance.sealing_age import make_key
from lab.audience import SAMPLE, Evening
from lab.handset import PORT, Handset, script_for_dhcp
from lab.namespaces import Namespace, cable, ip, namespaces

VENUE_GATEWAY = "192.168.77.1"
"""The venue's router; behind it lies the internet."""
BOX_ON_THE_VENUE = "192.168.77.2"
INTERNET = "11.22.33.44"
"""Every name of the internet leads there. It is public: dnsmasq takes addresses for examples for private."""
WIRE = "192.168.88.1"
"""The box on the crew's cable."""


@dataclass
class Venue:
    """The whole of it."""

    paths: Paths
    box: Namespace
    air: Namespace
    outside: Namespace
    crew: Namespace
    phones: list[Handset]
    evening: Evening
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))

    @property
    def network(self) -> NetworkClient:
        return NetworkClient(self.paths)

    def start(self, *services: str) -> None:
        """Start and wait until they serve."""
        for service in services:
            words = ("front",) if service == "front" else ("run", service)
            with (self.paths.root / f"{service}.log").open("ab") as log:
                self.processes[service] = subprocess.Popen(
                    leashed(self.box.command(sys.executable, "-m", "appliance", *words)),
                    env={**self.environment, "MATINEE_ROOT": str(self.paths.root)},
                    cwd=Path(__file__).parents[2],
                    stderr=log,
                )
        for service in services:
            _WAITS.get(service, lambda _: None)(self)

    def stop(self, service: str, how: signal.Signals = signal.SIGTERM) -> None:
        process = self.processes.pop(service)
        process.send_signal(how)
        process.wait(60)

    def wait(self, true: Callable[[NetworkView], bool], seconds: float = 60) -> NetworkView:
        """Until the network service says so."""
        deadline = time.monotonic() + seconds
        seen: object = None
        while time.monotonic() < deadline:
            with suppress(MatineeError):
                seen = view = self.network.status()
                if true(view):
                    return view
            time.sleep(0.02)
        said = (self.paths.root / "network.log").read_text("utf-8")
        raise AssertionError(seen, said)


@contextmanager
def venue(
    phones: int, settings: str = "", *, root: Path | None = None, manifest: str | None = None
) -> Iterator[Venue]:
    """``settings`` are lines of ``[network]``. Nothing runs on the box yet."""
    names = ["box", "air", "outside", "crew", *(f"p{number}" for number in range(phones))]
    with ExitStack() as stack:
        folder = root or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="matinee-venue-")))
        box, air, outside, crew, *hands = stack.enter_context(namespaces(names))
        _lay(box, air, outside, crew, hands)
        paths = Paths(folder / "box").ensure()
        resolvers = box.resolve_by(VENUE_GATEWAY)
        _, recipient = make_key()
        paths.config_file.write_text(
            f'[box]\nid = "lab"\n[portal]\nport = 8000\nurl = "http://matinee.internal"\n'
            f'[people]\nrecipients = ["{recipient}"]\n'
            f'[network]\nmode = "ethernet"\ninterface = "att0"\nuplink_interface = "up0"\ncrew = ["wire0"]\n'
            f'resolvers = "{resolvers}"\ncheck_url = "http://{INTERNET}/nm"\n{settings}\n',
            "utf-8",
        )
        script = script_for_dhcp(folder)
        evening = Evening(paths, RealClock(), manifest or SAMPLE.read_text("utf-8"))
        made = Venue(paths, box, air, outside, crew, [Handset(hand, script) for hand in hands], evening)
        try:
            yield made
        finally:
            for process in made.processes.values():
                process.terminate()
            for process in made.processes.values():
                try:
                    process.wait(60)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
            for hand in made.phones:
                hand.close()


def _lay(
    box: Namespace, air: Namespace, outside: Namespace, crew: Namespace, phones: list[Namespace]
) -> None:
    cables = [
        cable(box, "att0", air, "box"),
        cable(box, "up0", outside, "lan0"),
        cable(box, "wire0", crew, "wire0"),
    ]
    cables += [cable(phone, PORT, air, f"s{number}") for number, phone in enumerate(phones)]
    ip("-batch", "-", lines="\n".join(cables))
    ports = [f"s{number}" for number in range(len(phones))]
    switch = ["link add switch type bridge stp_state 0 mcast_snooping 0", "link set switch up"]
    switch += [
        line for port in ("box", *ports) for line in (f"link set {port} master switch", f"link set {port} up")
    ]
    switch += [f"link set {port} type bridge_slave isolated on" for port in ports]
    ip("-n", str(air), "-batch", "-", lines="\n".join(switch))
    for phone in phones:
        ip("-n", str(phone), "-batch", "-", lines=f"link set lo up\nlink set {PORT} up")
    lines = f"""link set lo up
link set up0 up
link set wire0 up
address add {BOX_ON_THE_VENUE}/24 dev up0
address add {WIRE}/24 dev wire0
route add default via {VENUE_GATEWAY}"""
    ip("-n", str(box), "-batch", "-", lines=lines)
    lines = f"""link set lo up
link set lan0 up
address add {VENUE_GATEWAY}/24 dev lan0
address add {INTERNET}/32 dev lo"""
    ip("-n", str(outside), "-batch", "-", lines=lines)
    ip(
        "-n",
        str(crew),
        "-batch",
        "-",
        lines="link set lo up\nlink set wire0 up\naddress add 192.168.88.9/24 dev wire0",
    )


def _network_is_up(venue: Venue) -> None:
    if venue.wait(lambda view: not view.fault).mode is NetworkMode.NONE:
        return
    _until(lambda: "matinee0" in venue.box.ip("-br", "address") and _listens(venue.box, "10.41.0.1", 1053))


def _until(true: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _listens(namespace: Namespace, address: str, port: int) -> bool:
    with namespace.socket() as sock:
        sock.settimeout(1)
        return sock.connect_ex((address, port)) == 0


_WAITS: dict[str, Callable[[Venue], None]] = {
    "network": _network_is_up,
    "portal": lambda venue: _until(lambda: _listens(venue.box, "127.0.0.1", 8000)),
    "console": lambda venue: _until(lambda: _listens(venue.box, "127.0.0.1", 8001)),
    "front": lambda venue: _until(lambda: _listens(venue.box, "127.0.0.1", 80)),
}
