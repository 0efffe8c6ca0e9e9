"""Many phones on slow Wi-Fi that watch something: ``slow_phones.py PORT PATH PHONES BYTES_PER_S SECONDS``.

Prints one line: bytes that came, phones that got a film at all. Small receive buffers, as radios have.
"""

from __future__ import annotations

import asyncio
import socket
import sys

_PIECES_PER_S = 4
_BUFFER_BYTES = 32768


async def watch(port: int, path: str, bytes_per_s: float, until: float) -> int:
    """Read at that rate; return the bytes of film that came."""
    loop = asyncio.get_running_loop()
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER_BYTES)
    sock.setblocking(False)
    came = 0
    try:
        await loop.sock_connect(sock, ("127.0.0.1", port))
        await loop.sock_sendall(
            sock, f"GET {path} HTTP/1.1\r\nHost: localhost\r\nRange: bytes=0-\r\n\r\n".encode()
        )
        while loop.time() < until:
            began = loop.time()
            wanted = bytes_per_s / _PIECES_PER_S
            while wanted > 0 and loop.time() < until:
                piece = await asyncio.wait_for(loop.sock_recv(sock, int(wanted) + 1), until - loop.time())
                if not piece or (not came and b" 206 " not in piece[:40]):
                    return came
                came += len(piece)
                wanted -= len(piece)
            await asyncio.sleep(max(0.0, 1 / _PIECES_PER_S - (loop.time() - began)))
    except (OSError, TimeoutError):
        pass
    finally:
        sock.close()
    return came


async def crowd(port: str, path: str, phones: str, bytes_per_s: str, seconds: str) -> None:
    """All at once, until the time is over."""
    until = asyncio.get_running_loop().time() + float(seconds)
    each = [watch(int(port), path, float(bytes_per_s), until) for _ in range(int(phones))]
    came = await asyncio.gather(*each)
    sys.stdout.write(f"{sum(came)} {sum(1 for size in came if size)}\n")


if __name__ == "__main__":
    asyncio.run(crowd(*sys.argv[1:]))
