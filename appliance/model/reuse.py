"""What speaks against showing a clip elsewhere: what the box can see of it by itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Doubt(StrEnum):
    """One kind of it."""

    DARK = "dark"
    """More than half of its picture is black or burnt out."""
    UNSHARP = "unsharp"
    SHORT = "short"
    TWICE = "twice"
    """It shows what another clip shows; ``about``: that one."""
    ASKED = "asked"
    """Somebody asked not to be shown."""
    FACES = "faces"
    """The evening wants faces covered, and they are not."""
    PAPER = "paper"
    """A permit of the evening does not hold; ``about``: its title."""


@dataclass(frozen=True, slots=True)
class ReuseDoubt:
    """One thing that speaks against it."""

    what: Doubt
    about: str = ""
