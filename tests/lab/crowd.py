"""A crowd that joins: DHCP by udhcpc, names, six systems' probes, the page, the form; each wait is noted."""

from __future__ import annotations

import asyncio
import random
import re
import socket
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urljoin

from lab.handset import PORT, Handset, answer, query

PROBES = (
    "http://captive.apple.com/hotspot-detect.html",
    "http://connectivitycheck.gstatic.com/generate_204",
    "http://www.msftconnecttest.com/connecttest.txt",
    "http://detectportal.firefox.com/success.txt",
    "http://nmcheck.gnome.org/check_network_status.txt",
    "http://spectrum.s3.amazonaws.com/kindle-wifi/wifistub.html",
)
_PATIENCE_S = 15.0
_REDIRECTIONS = frozenset({301, 302, 303, 307, 308, 511})


@dataclass
class Waits:
    """Milliseconds of each step of all phones, and what went wrong."""

    steps: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    joined: int = 0
    seconds: float = 0.0

    def note(self, step: str, began: float) -> None:
        self.steps.setdefault(step, []).append((time.perf_counter() - began) * 1000)


@dataclass(frozen=True)
class Answer:
    """One HTTP answer."""

    url: str
    status: int
    location: str
    text: str


Form = Callable[["Joining", Answer], Awaitable[None]]
"""Fills in the page's form, sends it, and raises ``AssertionError`` if it was not taken."""


class Joining:
    """One phone's way in."""

    def __init__(self, phone: Handset, number: int, waits: Waits) -> None:
        self.phone = phone
        self.number = number
        self.waits = waits
        self._names: dict[str, str] = {}

    async def run(self, delay_s: float, form: Form) -> None:
        """All steps after ``delay_s``; faults go into ``waits``."""
        await asyncio.sleep(delay_s)
        try:
            await self._join(form)
        except (OSError, AssertionError, ValueError, IndexError, TimeoutError) as fault:
            self.waits.faults.append(f"phone {self.number}: {fault!r}")
        else:
            self.waits.joined += 1

    async def _join(self, form: Form) -> None:
        began = time.perf_counter()
        asking = self.phone.dhcp(20)
        assert await asyncio.to_thread(asking.wait) == 0, "no address"
        self.phone.joined()
        self.waits.note("dhcp", began)
        probes = await asyncio.gather(*(self._probe(url) for url in PROBES))
        page = await self.page(urljoin(probes[0].url, probes[0].location))
        began = time.perf_counter()
        await form(self, page)
        self.waits.note("form", began)

    async def _probe(self, url: str) -> Answer:
        began = time.perf_counter()
        said = await self.ask("GET", url)
        self.waits.note("probe", began)
        assert said.status in _REDIRECTIONS, f"{url} was answered {said.status}"
        return said

    async def page(self, url: str) -> Answer:
        """The first page, however many redirections away."""
        for _ in range(4):
            began = time.perf_counter()
            said = await self.ask("GET", url)
            if said.status not in _REDIRECTIONS:
                break
            url = urljoin(said.url, said.location)
        self.waits.note("page", began)
        assert said.status == 200, f"the page was answered {said.status}"
        return said

    async def ask(self, method: str, url: str, fields: dict[str, str] | None = None) -> Answer:
        host, _, path = url.removeprefix("http://").partition("/")
        name, _, port = host.partition(":")
        address = name if re.fullmatch(r"[0-9.]+", name) else await self._resolve(name)
        body = urlencode(fields).encode() if fields is not None else b""
        sent = (
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
            if body
            else ""
        )
        usual = "User-Agent: Mozilla/5.0 (a phone)\r\nAccept: text/html\r\nConnection: close\r\n"
        head = f"{method} /{path} HTTP/1.1\r\nHost: {host}\r\n{usual}{sent}\r\n"
        async with asyncio.timeout(_PATIENCE_S):
            raw = await self._exchange(address, int(port or 80), head.encode() + body)
        top, _, rest = raw.partition(b"\r\n\r\n")
        lines = top.decode("latin-1").split("\r\n")
        location = next((line[9:].strip() for line in lines if line.lower().startswith("location:")), "")
        return Answer(url, int(lines[0].split()[1]), location, rest.decode("utf-8", "replace"))

    async def _exchange(self, address: str, port: int, content: bytes) -> bytes:
        loop = asyncio.get_running_loop()
        with self.phone.namespace.socket() as sock:
            sock.setblocking(False)
            await loop.sock_connect(sock, (address, port))
            await loop.sock_sendall(sock, content)
            pieces = []
            while piece := await loop.sock_recv(sock, 65536):
                pieces.append(piece)
        return b"".join(pieces)

    async def _resolve(self, name: str) -> str:
        if name not in self._names:
            began = time.perf_counter()
            loop = asyncio.get_running_loop()
            with self.phone.namespace.socket(kind=socket.SOCK_DGRAM) as sock:
                sock.setblocking(False)
                await loop.sock_connect(sock, (str(self.phone.lease["dns"]), 53))
                async with asyncio.timeout(_PATIENCE_S):
                    await loop.sock_sendall(sock, query(name))
                    self._names[name] = answer(await loop.sock_recv(sock, 4096))[1][0]
            self.waits.note("dns", began)
        return self._names[name]


async def our_form(joining: Joining, page: Answer) -> None:
    """Sign up with a name, as the portal's first page asks for it."""
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text))
    fields = {name: unescape(value) for name, value in found.items()} | {"name": f"Phone {joining.number}"}
    target = re.search(r'action="([^"]*/?join[^"]*)"', page.text)
    assert target, "there is no form on the page"
    said = await joining.ask("POST", urljoin(page.url, unescape(target[1])), fields)
    assert said.status == 303, f"the form was answered {said.status}"
    own = await joining.ask("GET", urljoin(said.url, said.location))
    assert own.status == 200, f"the pass was answered {own.status}"


async def join_all(phones: list[Handset], within_s: float, form: Form, seed: int = 1) -> Waits:
    """Every phone once, beginning at chance moments within ``within_s``."""
    chance = random.Random(seed)  # noqa: S311 the same chance in each run
    waits = Waits()
    began = time.perf_counter()
    each = [Joining(phone, number, waits) for number, phone in enumerate(phones)]
    await asyncio.gather(*(one.run(chance.uniform(0, within_s), form) for one in each))
    waits.seconds = time.perf_counter() - began
    return waits


def forget(phones: list[Handset]) -> None:
    """As if they had never been here."""
    for phone in phones:
        phone.namespace.ip("address", "flush", "dev", PORT)
        phone.lease = {}


def memory_kib(pids: list[int]) -> int:
    """What these processes hold for themselves: proportional set size (proc(5), smaps_rollup)."""
    lines = [line for pid in pids for line in _kernel(pid, "smaps_rollup").splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def family(pid: int) -> list[int]:
    """A process and all below it."""
    below = _kernel(pid, f"task/{pid}/children").split()
    return [pid, *(one for child in below for one in family(int(child)))]


def _kernel(pid: int, name: str) -> str:
    """A file of proc(5); empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text("ascii")
    except OSError:
        return ""
