"""One hostile guest: asks without measure, holds what it gets, and wants every address."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import struct
from dataclasses import dataclass

from lab.handset import PORT, Handset, query
from lab.namespaces import Namespace

_AT_ONCE = 128
_MAC_BYTES = 6


@dataclass
class Hostile:
    """What it did."""

    questions: int = 0
    connections: int = 0
    requests: int = 0


async def rage(phone: Handset, until: asyncio.Event) -> Hostile:
    """DNS, connections that are held half-open, page after page, and DHCP, all at once, until told to end."""
    done = Hostile()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(
            _ask_names(phone, until, done),
            _want_addresses(phone.namespace, until),
            *(_hold(phone, until, done) for _ in range(_AT_ONCE)),
            *(_get(phone, until, done) for _ in range(_AT_ONCE // 4)),
        )
    return done


async def _ask_names(phone: Handset, until: asyncio.Event, done: Hostile) -> None:
    with phone.namespace.socket(kind=socket.SOCK_DGRAM) as sock:
        sock.setblocking(False)
        sock.connect((str(phone.lease["dns"]), 53))
        while not until.is_set():
            for _ in range(50):
                with contextlib.suppress(OSError):
                    sock.send(query(f"{secrets.token_hex(8)}.example"))
                    done.questions += 1
            await asyncio.sleep(0.02)


async def _hold(phone: Handset, until: asyncio.Event, done: Hostile) -> None:
    """Half a request, a byte at a time."""
    loop = asyncio.get_running_loop()
    while not until.is_set():
        with phone.namespace.socket() as sock, contextlib.suppress(OSError, TimeoutError):
            sock.setblocking(False)
            async with asyncio.timeout(5):
                await loop.sock_connect(sock, ("198.51.100.1", 80))
                done.connections += 1
                await loop.sock_sendall(sock, b"POST /join HTTP/1.1\r\nHost: matinee.internal\r\n")
                while not until.is_set():
                    await asyncio.sleep(1)
                    await loop.sock_sendall(sock, b"X")
        await asyncio.sleep(0.1)


async def _get(phone: Handset, until: asyncio.Event, done: Hostile) -> None:
    loop = asyncio.get_running_loop()
    while not until.is_set():
        with phone.namespace.socket() as sock, contextlib.suppress(OSError, TimeoutError):
            sock.setblocking(False)
            async with asyncio.timeout(5):
                await loop.sock_connect(sock, ("198.51.100.1", 80))
                await loop.sock_sendall(
                    sock, b"GET / HTTP/1.1\r\nHost: matinee.internal\r\nConnection: close\r\n\r\n"
                )
                while await loop.sock_recv(sock, 65536):
                    pass
                done.requests += 1
        await asyncio.sleep(0.02)


async def _want_addresses(namespace: Namespace, until: asyncio.Event) -> None:
    while not until.is_set():
        want_addresses(namespace, 10)
        await asyncio.sleep(0.1)


def want_addresses(namespace: Namespace, count: int, *, forge_senders: bool = False) -> None:
    """Send DHCPDISCOVER with rapid commit of ``count`` devices that do not exist (RFC 2131, RFC 4039).

    ``forge_senders`` also puts them on the wire as the sender of the frame.
    """
    with namespace.entered():
        sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    with sock:
        sock.bind((PORT, 0))
        own = sock.getsockname()[4]
        for _ in range(count):
            mac = bytes([0x02]) + secrets.token_bytes(_MAC_BYTES - 1)
            with contextlib.suppress(OSError):
                sock.send(_discover(mac, mac if forge_senders else own))


def _discover(mac: bytes, sender: bytes) -> bytes:
    options = bytes([99, 130, 83, 99, 53, 1, 1, 80, 0, 255])
    bootp = struct.pack(">BBBBIHHIIII", 1, 1, 6, 0, secrets.randbits(32), 0, 0x8000, 0, 0, 0, 0)
    bootp += mac + bytes(10 + 64 + 128) + options
    udp = struct.pack(">HHHH", 68, 67, 8 + len(bootp), 0) + bootp
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, bytes(4), b"\xff" * 4)
    total = sum(struct.unpack(">10H", head))
    total = (total & 0xFFFF) + (total >> 16)
    head = head[:10] + struct.pack(">H", ~((total & 0xFFFF) + (total >> 16)) & 0xFFFF) + head[12:]
    return b"\xff" * 6 + sender + b"\x08\x00" + head + udp
