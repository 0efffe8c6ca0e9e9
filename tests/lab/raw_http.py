"""HTTP as bytes: what a phone sends that wants harm, and every answer that comes back."""

from __future__ import annotations

import re
import socket
from dataclasses import dataclass
from pathlib import Path

_ESCAPES = {rb"\r": b"\r", rb"\n": b"\n", rb"\t": b"\t", rb"\0": b"\0"}


@dataclass(frozen=True)
class Answer:
    """One of the answers on a connection."""

    status: int
    headers: dict[str, str]
    body: bytes


def corpus(folder: Path, kind: str) -> dict[str, bytes]:
    """gunicorn's own requests, ``valid`` or ``invalid``, by name: lines are joined, escapes are bytes."""
    (requests,) = folder.glob(f"gunicorn-*/tests/requests/{kind}")
    return {path.stem: _unescaped(path.read_bytes()) for path in sorted(requests.glob("*.http"))}


def _unescaped(text: bytes) -> bytes:
    joined = text.replace(b"\n", b"")
    return re.sub(rb"\\(?:[rnt0]|x[0-9A-Fa-f]{2})", _byte, joined)


def _byte(found: re.Match[bytes]) -> bytes:
    return _ESCAPES.get(found[0]) or bytes.fromhex(found[0][2:].decode())


def exchange(raw: bytes, at: tuple[str, int], phone: str, timeout_s: float = 1.5) -> list[Answer]:
    """Send ``raw``, half-close, and read until the box hangs up (or says no more)."""
    came = b""
    with socket.create_connection(at, timeout=timeout_s, source_address=(phone, 0)) as line:
        try:
            line.sendall(raw)
            while piece := line.recv(65536):
                came += piece
        except (ConnectionError, TimeoutError):
            pass
    return answers(came)


def answers(came: bytes) -> list[Answer]:
    """Split what came into answers (RFC 9112, 6.3; a body without length goes to the end)."""
    found = []
    while came.startswith(b"HTTP/"):
        head, _, came = came.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        status = int(first.split()[1])
        if status == 100:
            continue
        if "chunked" in headers.get("transfer-encoding", ""):
            body, came = _chunks(came)
        elif status in {204, 304}:
            body = b""
        else:
            size = int(headers.get("content-length", len(came)))
            body, came = came[:size], came[size:]
        found.append(Answer(status, headers, body))
    assert came == b"", came[:200]
    return found


def _chunks(came: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        size, _, came = came.partition(b"\r\n")
        length = int(size or b"0", 16)
        if length == 0:
            return body, came.removeprefix(b"\r\n")
        body, came = body + came[:length], came[length + 2 :]
