"""The scripts of public pages, as image-build/sealing/build.sh bundled them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib import resources

SIGN_UP, PASS = "sign-up", "pass"
"""Takes sign-ups; draws the code of a pass."""
LICENCES = "licences.txt"
"""Beside the script: whose work is in it."""


@dataclass(frozen=True, slots=True)
class Script:
    """The bundle and what it owes to others."""

    kind: str
    content: bytes
    licences: bytes

    @property
    def name(self) -> str:
        """Named by its content, so that a page never meets another one's script."""
        return f"{self.kind}-{sha256(self.content).hexdigest()[:16]}.js"


def built(kind: str = SIGN_UP) -> Script | None:
    """The bundle of that ``kind``; None if it was not built on this machine (``npm`` was missing)."""
    folder = resources.files("webui.public").joinpath("built")
    try:
        content = folder.joinpath(f"{kind}.js").read_bytes()
        return Script(kind, content, folder.joinpath(LICENCES).read_bytes())
    except FileNotFoundError:
        return None
