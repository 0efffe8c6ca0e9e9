"""A phone in its own namespace: DHCP by udhcpc, names and pages by sockets that are made in there."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import struct
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lab.namespaces import Namespace

PORT = "wlan0"
_SCRIPT = """#!/bin/sh
case "$1" in bound|renew)
  ip address replace "$ip/$mask" dev "$interface"
  ip route replace default via "$router"
  form='{"address":"%s","router":"%s","dns":"%s","lease":%s,"portal":"%s"}'
  printf "$form" "$ip" "$router" "$dns" "$lease" "$opt114" >"$HANDSET"
esac
"""


def script_for_dhcp(folder: Path) -> Path:
    """What udhcpc runs: it touches this namespace's own port, and no file but ``$HANDSET``."""
    path = folder / "handset.sh"
    path.write_text(_SCRIPT, "ascii")
    path.chmod(0o755)
    return path


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass
class Handset:
    """A phone; ``lease`` is what DHCP told it."""

    namespace: Namespace
    script: Path
    lease: dict[str, str | int] = field(default_factory=dict)
    """address, router, dns, lease, portal (option 114, as hexadecimal)."""

    @property
    def address(self) -> str:
        return str(self.lease["address"])

    def dhcp(self, seconds: int = 10) -> subprocess.Popen[bytes]:
        """Begin to ask for an address."""
        self._answer.unlink(missing_ok=True)
        command = ("udhcpc", "-i", PORT, "-n", "-q", "-f", "-t", "4", "-T", "1", "-A", "1", "-O", "114")
        return subprocess.Popen(
            self.namespace.command("timeout", str(seconds), *command, "-s", str(self.script)),
            env={**os.environ, "HANDSET": str(self._answer)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def join(self) -> Handset:
        """Get an address, and use the resolver that came with it; as a phone does, it asks again."""
        assert any(self.dhcp().wait() == 0 for _ in range(4)), f"{self.namespace} got no address"
        return self.joined()

    def joined(self) -> Handset:
        """Read what DHCP told."""
        self.lease = json.loads(self._answer.read_text("ascii"))
        return self

    def resolve(
        self, name: str, *, server: str = "", kind: int = 1, timeout: float = 3
    ) -> tuple[int, list[str]]:
        """Ask by UDP: the answer's code (RFC 1035, 4.1.1) and IPv4 addresses."""
        question = query(name, kind)
        with self.namespace.socket(kind=socket.SOCK_DGRAM) as asking:
            asking.settimeout(timeout)
            asking.connect((server or str(self.lease["dns"]), 53))
            for _ in range(2):  # as resolvers do
                asking.send(question)
                with suppress(TimeoutError):
                    return answer(asking.recv(4096))
            asking.send(question)
            return answer(asking.recv(4096))

    def connect(self, address: str, port: int, timeout: float = 5) -> socket.socket:
        """A TCP connection; ``ConnectionRefusedError`` and the like as they come."""
        sock = self.namespace.socket()
        sock.settimeout(timeout)
        try:
            sock.connect((address, port))
        except OSError:
            sock.close()
            raise
        return sock

    def get(self, url: str, **headers: str) -> Page:
        return self.ask("GET", url, b"", headers)

    def post(self, url: str, body: bytes, **headers: str) -> Page:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", url, body, {**kind, **headers})

    def ask(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Page:
        """Resolve as a phone does, connect, ask once; redirections are not followed."""
        host, _, path = url.removeprefix("http://").partition("/")
        name, _, port = host.partition(":")
        address = name if name.replace(".", "").isdigit() else self.resolve(name)[1][0]
        connection = http.client.HTTPConnection(host)
        connection.sock = self.connect(address, int(port or 80))
        try:
            connection.request(method, f"/{path}", body or None, headers)
            response = connection.getresponse()
            said = {name.lower(): value for name, value in response.getheaders()}
            return Page(response.status, said, response.read())
        finally:
            connection.close()

    @property
    def _answer(self) -> Path:
        return Path(tempfile.gettempdir()) / f"{self.namespace}.lease"

    def close(self) -> None:
        self._answer.unlink(missing_ok=True)


def query(name: str, kind: int = 1) -> bytes:
    """A question of one name (RFC 1035, 4.1)."""
    labels = b"".join(bytes([len(label)]) + label.encode("ascii") for label in name.split("."))
    return (
        struct.pack(">HHHHHH", secrets.randbits(16), 0x0100, 1, 0, 0, 0)
        + labels
        + b"\0"
        + struct.pack(">HH", kind, 1)
    )


def answer(said: bytes) -> tuple[int, list[str]]:
    """Code and IPv4 addresses of an answer."""
    _, flags, questions, answers, _, _ = struct.unpack(">HHHHHH", said[:12])
    at, addresses = 12, []
    for _ in range(questions):
        at = _behind_name(said, at) + 4
    for _ in range(answers):
        at = _behind_name(said, at)
        kind, _, _, length = struct.unpack(">HHIH", said[at : at + 10])
        if kind == 1:
            addresses.append(socket.inet_ntoa(said[at + 10 : at + 14]))
        at += 10 + length
    return flags & 15, addresses


def _behind_name(said: bytes, at: int) -> int:
    while said[at]:
        if said[at] & 0xC0:
            return at + 2
        at += said[at] + 1
    return at + 1
