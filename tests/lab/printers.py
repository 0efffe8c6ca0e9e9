"""Printers at the other end: TCP receivers that read ESC/POS and ZPL by the vendors' manuals, not by ours."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PIL import Image

_PAGES = {0: "cp437", 19: "cp858"}
_ESC_LENGTH = {bytes([letter]): 1 for letter in b"!taE-dM{3GVR"} | {b"@": 0, b"2": 0}
_GS_LENGTH = {b"!": 1, b"B": 1, b"b": 1, b"h": 1, b"w": 1, b"f": 1, b"H": 1}


@dataclass
class Printed:
    """What came out of a receipt printer."""

    lines: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    pictures: list[Image.Image] = field(default_factory=list)
    cuts: int = 0


def read_escpos(content: bytes) -> Printed:  # noqa: C901 one branch a command, as in the reference
    """Decode by Epson's command reference; a command that is not known there is a fault."""
    out, page, bold, line, at = Printed(), "cp437", False, "", 0
    while at < len(content):
        lead, command = content[at : at + 1], content[at + 1 : at + 2]
        if lead == b"\x1b":
            argument = content[at + 2 : at + 2 + _ESC_LENGTH[command]]
            if command == b"t":
                page = _PAGES[argument[0]]
            if command == b"E":
                bold = bool(argument[0] & 1)
            if command == b"d":
                out.lines += [""] * argument[0]
            at += 2 + len(argument)
        elif lead == b"\x1d" and command == b"V":
            out.cuts += 1
            at += 4 if content[at + 2] in (65, 66) else 3
        elif lead == b"\x1d" and command == b"v":
            width = content[at + 4] + 256 * content[at + 5]
            height = content[at + 6] + 256 * content[at + 7]
            bits = content[at + 8 : at + 8 + width * height]
            out.pictures.append(Image.frombytes("1", (width * 8, height), bytes(255 - byte for byte in bits)))
            at += 8 + width * height
        elif lead == b"\x1d":
            at += 2 + _GS_LENGTH[command]
        elif lead == b"\n":
            out.lines.append(line)
            if bold:
                out.bold.append(line)
            line, at = "", at + 1
        else:
            assert content[at] >= 0x20, f"not a letter: {content[at]:#x}"
            line, at = line + content[at : at + 1].decode(page), at + 1
    assert not line
    return out


@dataclass(frozen=True)
class Field:
    """One ^FO field of a label."""

    x: int
    y: int
    kind: str
    text: str


def read_zpl(content: bytes) -> tuple[dict[str, str], list[Field]]:
    """Settings and fields of one label, by Zebra's ZPL II guide."""
    text = content.decode("utf-8").strip()
    assert text.startswith("^XA")
    assert text.endswith("^XZ")
    settings = dict(re.findall(r"\^(CI|PW|LL)(\d+)", text))
    fields = []
    for x, y, body in re.findall(r"\^FO(\d+),(\d+)(.*?)\^FS", text, re.DOTALL):
        kind = "square" if "^BQ" in body else "picture" if "^GF" in body else "text"
        raw = body.partition("^FD")[2]
        assert "^" not in raw
        assert "~" not in raw
        plain = re.sub(r"_([0-9A-F]{2})", lambda found: chr(int(found[1], 16)), raw) if "^FH" in body else raw
        fields.append(Field(int(x), int(y), kind, plain.removeprefix("MA,") if kind == "square" else plain))
    return settings, fields


@dataclass
class Tray:
    """Where paper comes out."""

    address: str
    jobs: list[bytes] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)


@contextmanager
def printer(port: int = 0, *, out_of_paper: Callable[[], bool] = lambda: False) -> Iterator[Tray]:
    """Listens like port 9100 of a printer; ``out_of_paper``: takes the connection and reads nothing."""
    door = socket.create_server(("127.0.0.1", port), reuse_port=True)
    door.settimeout(0.1)
    tray, over = Tray(f"127.0.0.1:{door.getsockname()[1]}"), threading.Event()

    def serve() -> None:
        held = []
        while not over.is_set():
            try:
                phone, _ = door.accept()
            except TimeoutError:
                continue
            if out_of_paper():
                held.append(phone)
                continue
            with phone:
                phone.settimeout(10)
                tray.jobs.append(b"".join(iter(lambda: phone.recv(65536), b"")))  # noqa: B023 called at once
            tray.came.set()
        for phone in held:
            phone.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield tray
    finally:
        over.set()
        thread.join()
        door.close()
