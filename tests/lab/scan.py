"""What is open, as a phone finds out."""

from __future__ import annotations

import errno
import select
import socket
from collections.abc import Iterable

from lab.namespaces import Namespace

_AT_ONCE = 64
_PATIENCE_S = 3.0


def open_tcp(namespace: Namespace, address: str, ports: Iterable[int]) -> tuple[list[int], list[int]]:
    """Ports that take a connection, and ports that say nothing at all."""
    found: list[int] = []
    silent: list[int] = []
    waiting = list(ports)
    while waiting:
        batch, waiting = waiting[:_AT_ONCE], waiting[_AT_ONCE:]
        _try_all(namespace, address, batch, found, silent)
    return sorted(found), sorted(silent)


def _try_all(
    namespace: Namespace, address: str, ports: list[int], found: list[int], silent: list[int]
) -> None:
    with namespace.entered():
        socks = {socket.socket(): port for port in ports}
    poll = select.poll()
    by_handle = {}
    for sock, port in socks.items():
        sock.setblocking(False)
        said = sock.connect_ex((address, port))
        if said in {0, errno.EINPROGRESS}:
            by_handle[sock.fileno()] = sock
            poll.register(sock, select.POLLOUT)
    while by_handle:
        ready = poll.poll(_PATIENCE_S * 1000)
        if not ready:
            silent += [socks[sock] for sock in by_handle.values()]
            break
        for handle, _ in ready:
            sock = by_handle.pop(handle)
            poll.unregister(handle)
            if sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                found.append(socks[sock])
    for sock in socks:
        sock.close()


def not_refused_udp(namespace: Namespace, address: str, ports: Iterable[int]) -> list[int]:
    """Ports at which a datagram is not refused: it was taken, whether or not something answers."""
    taken = []
    for port in ports:
        with namespace.socket(kind=socket.SOCK_DGRAM) as sock:
            sock.settimeout(0.3)
            sock.connect((address, port))
            try:
                sock.send(b"\0" * 8)
                sock.recv(100)
            except ConnectionRefusedError:
                continue
            except TimeoutError:
                pass
            taken.append(port)
    return taken
