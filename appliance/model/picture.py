"""What shall stand on the screen, and what does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from appliance.model.programme import CardLayout

# Structs, not dataclasses, because a union of values on a socket needs a tag.


class Film(msgspec.Struct, frozen=True, tag="film"):
    """A film from a place in it. The token names this showing of it, not the file."""

    token: str
    title: str
    path: str
    start_ms: int = 0
    paused: bool = False
    rate: float = 1.0
    gain_db: float = 0.0


class Card(msgspec.Struct, frozen=True, tag="card"):
    """A picture that the player composes."""

    token: str
    layout: CardLayout
    title: str
    lines: tuple[str, ...] = ()
    qr: str | None = None
    remaining_ms: int | None = None
    """Counted down by the player from the moment it is told."""
    paused: bool = False
    rate: float = 1.0
    note: str = ""
    """One quiet line at the foot, such as the notice that a camera is on."""


Picture = Film | Card


@dataclass(frozen=True, slots=True)
class Screen:
    """What the show wants on the screen. ``next`` follows a film's end at once, without asking."""

    now: Picture
    next: Picture | None = None
    volume: float = 1.0
    """Linear amplitude, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A picture that could not be shown."""

    token: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScreenStatus:
    """What is on the screen, as the player sees it."""

    token: str | None = None
    kind: Literal["film", "card", "none"] = "none"
    position_ms: int = 0
    duration_ms: int | None = None
    playing: bool = False
    ended: bool = False
    """The film is over; its last picture stands."""
    pictures_shown: int = 0
    """Distinct pictures since the player started: the proof that it is alive."""
    failed: tuple[Failure, ...] = ()
    display: str = ""
    width: int = 0
    height: int = 0
