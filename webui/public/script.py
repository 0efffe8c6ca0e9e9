"""The one script of the public page, as image-build/sealing/build.sh bundled it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib import resources

LICENCES = "licences.txt"
"""Beside the script: whose work is in it."""


@dataclass(frozen=True, slots=True)
class Script:
    """The bundle and what it owes to others."""

    content: bytes
    licences: bytes

    @property
    def name(self) -> str:
        """Named by its content, so that a page never meets another one's script."""
        return f"sign-up-{sha256(self.content).hexdigest()[:16]}.js"


def built() -> Script | None:
    """The bundle; None if it was not built on this machine (``npm`` was missing)."""
    folder = resources.files("webui.public").joinpath("built")
    try:
        return Script(folder.joinpath("sign-up.js").read_bytes(), folder.joinpath(LICENCES).read_bytes())
    except FileNotFoundError:
        return None
