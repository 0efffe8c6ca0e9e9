"""Where this machine gets Debian from: read from its own apt configuration, never written down here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ETC = Path("/etc/apt")


def debian_mirror(etc: Path = ETC) -> str:
    """The first address under which this machine finds Debian itself; ``SystemExit`` if it names none."""
    for path in sorted([*etc.glob("sources.list"), *etc.glob("sources.list.d/*")]):
        text = path.read_text("utf-8", "replace")
        found = _deb822(text) if path.suffix == ".sources" else _one_line(text)
        if found:
            return found
    sys.exit("matinee: apt on this machine names no Debian mirror (/etc/apt/sources.list)")


def keyring() -> Path:
    """Debian's own keys, as the package debian-archive-keyring brings them."""
    for name in ("debian-archive-keyring.pgp", "debian-archive-keyring.gpg"):
        path = Path("/usr/share/keyrings") / name
        if path.exists():
            return path
    sys.exit("matinee: apt-get install debian-archive-keyring")


def relaxed_dates() -> list[str]:
    """What this machine's apt was told of lists that are old: the image's build is told the same."""
    said = subprocess.run(["apt-config", "dump"], capture_output=True, text=True, check=True).stdout
    return [
        line.rstrip(";")
        for line in said.splitlines()
        if line.startswith(("Acquire::Check-Valid-Until", "Acquire::Check-Date", "Acquire::http::Proxy"))
    ]


def _deb822(text: str) -> str:
    for paragraph in text.split("\n\n"):
        fields = {
            name.strip().lower(): value.strip()
            for name, colon, value in (line.partition(":") for line in paragraph.splitlines())
            if colon and not line_is_remark(name)
        }
        address = fields.get("uris", "").split()
        if "main" in fields.get("components", "").split() and address and _is_debian(address[0]):
            return address[0]
    return ""


def line_is_remark(name: str) -> bool:
    """Whether a line of apt's files is one for people."""
    return name.lstrip().startswith("#")


def _one_line(text: str) -> str:
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        address = next((word for word in words[1:] if "://" in word), "")
        if words[:1] == ["deb"] and "main" in words and _is_debian(address):
            return address
    return ""


def _is_debian(address: str) -> bool:
    return address.rstrip("/").endswith("/debian")
