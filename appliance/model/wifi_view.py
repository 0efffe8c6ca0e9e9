"""The venue's Wi-Fi as Setup shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WifiState(StrEnum):
    """How the box stands to the venue's Wi-Fi."""

    NONE = "none"
    """This box has no radio for it."""
    AWAY = "away"
    """It has one, and nothing is joined."""
    JOINING = "joining"
    JOINED = "joined"


class Lock(StrEnum):
    """What a network asks of who joins."""

    OPEN = "open"
    PASSWORD = "password"  # noqa: S105 a kind, no secret
    ACCOUNT = "account"
    """A name and a password for each person (802.1X): not for a box."""
    OLD = "old"
    """WEP, which everybody nearby can read."""


@dataclass(frozen=True, slots=True)
class HeardNetwork:
    """One network, heard or known."""

    ssid: str
    strength: int = 0
    """0 to 100; 0: not heard now."""
    lock: Lock = Lock.OPEN
    known: bool = False
    """Its password is kept, and it is joined by itself."""
    joined: bool = False


@dataclass(frozen=True, slots=True)
class WifiView:
    """Everything the page needs."""

    state: WifiState = WifiState.NONE
    networks: tuple[HeardNetwork, ...] = ()
    """The loudest first; what is known and not heard at the end."""
    heard_s: int | None = None
    """How long ago they were heard; None: not yet."""
    country: str = ""
    joining: str = ""
    """The network that is being joined."""
    fault: str = ""
    """Why the last try failed, and what to do."""
    own_ssid: str = ""
    """The box's own Wi-Fi, up because nothing else led to it; empty: it is not."""
    own_password: str = ""
