"""A Wi-Fi of the box's own while nothing else leads to it, so that somebody can reach Setup.

When it comes and goes is ``radio.step``'s to say, with its deadlines. It never touches what is known.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.clock import Clock
from appliance.model.network_view import RadioState
from appliance.network import radio
from appliance.network.radio import Order, Radio, Seen, Wish
from appliance.network.venue_wifi import SHORTEST_PASSWORD, RadioSeen, Step
from cache.durable import write_whole

_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
"""None that is taken for another when read off a wall."""
_GROUPS, _EACH = 3, 4
_LONGEST_SSID = 32
_PASSWORD_FILE = "setup-wifi"  # noqa: S105 a file's name
_DEFAULT = "00000000"
"""Destination and mask of a default route in proc(5), ``net/route``."""


@dataclass(frozen=True, slots=True)
class OwnWifi:
    """What phones see, and what they type."""

    ssid: str
    password: str


class HostingRadio(Protocol):
    """A radio that can be an access point for a while."""

    def hosts(self) -> bool:
        """Whether it is one now."""
        ...

    def host(self, own: OwnWifi) -> None:
        """Begin to be one; ``hosts`` says when it is so."""
        ...

    def unhost(self) -> None:
        """Be none any more, and look for a known network; nothing is forgotten."""
        ...

    def phones(self) -> int:
        """Devices that are on it."""
        ...


class Fallback:
    """On the thread of the venue's Wi-Fi, once a round."""

    def __init__(
        self, technology: HostingRadio, own: OwnWifi, other_way: Callable[[], bool], clock: Clock
    ) -> None:
        """``other_way``: whether the box can be reached without this radio."""
        self._technology = technology
        self._own = own
        self._other_way = other_way
        self._clock = clock
        self._radio = Radio()

    @property
    def own(self) -> OwnWifi | None:
        """The Wi-Fi that stands now; None: there is none."""
        return self._own if self._radio.state is RadioState.HOTSPOT else None

    def round(self, seen: RadioSeen) -> None:
        """Bring it up or take it down, as the machine says."""
        hosts = seen.there and self._technology.hosts()
        now = Seen(
            radio=seen.there,
            hotspot=hosts,
            joined=seen.step is Step.JOINED or self._other_way(),  # by whichever way: it can be reached
            phones=self._technology.phones() if hosts else 0,
        )
        self._radio, order = radio.step(self._radio, Wish.JOIN, now, self._clock.monotonic())
        if order is Order.HOTSPOT and not hosts:
            self._technology.host(self._own)
        elif hosts and (order is Order.JOIN or now.joined):
            self._technology.unhost()

    def joining(self) -> None:
        """Somebody chose a network: the radio is theirs until that is done or given up."""
        self._radio = Radio(RadioState.CONNECTING, self._clock.monotonic())


def own_wifi(ssid: str, keys: Path) -> OwnWifi:
    """``Matinee Setup``, and a password that is made once and kept with the box's keys.

    The file is whose the folder is: we are root, and a reset, which is not, must be able to write over it. A
    card that takes nothing keeps nobody from the network: the password then holds until the next start.
    """
    file = keys / _PASSWORD_FILE
    try:
        password = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        password = ""
    if len(password) < SHORTEST_PASSWORD:
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_EACH)) for _ in range(_GROUPS))
        password = "-".join(groups)
        with suppress(OSError):
            write_whole(file, password.encode(), 0o600)
    with suppress(OSError):
        owner = keys.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
    end = " Setup"
    start = ssid.encode()[: _LONGEST_SSID - len(end)].decode("utf-8", "ignore")
    return OwnWifi(start + end, password)


def has_other_way(routes: str, interface: str) -> bool:
    """Whether ``routes`` (proc(5), ``net/route``) lead out of the box by another port than ``interface``."""
    rows = (line.split() for line in routes.splitlines()[1:])
    return any(len(row) > 1 and row[1] == _DEFAULT and row[0] != interface for row in rows)
