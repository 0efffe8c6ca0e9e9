"""Joining the venue's Wi-Fi: what a try became, what is listed. Pure; and the role's interface."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from appliance.errors import MatineeError, sentences
from appliance.model.wifi_view import HeardNetwork, Lock

TRY_S = 45.0
"""So long a network may take to let the box in."""
_HEX_KEY = 64
SHORTEST_PASSWORD, _LONGEST = 8, 63


class Step(StrEnum):
    """Where the radio is on its way (NMDeviceState, told apart as far as a person cares)."""

    IDLE = "idle"
    MOVING = "moving"
    JOINED = "joined"
    FAILED = "failed"


class Why(StrEnum):
    """Why it was left (NMDeviceStateReason)."""

    NOTHING = "nothing"
    PASSWORD = "wifi.wrong_password"  # noqa: S105 a reason, no secret
    GONE = "wifi.not_there"
    NO_ADDRESS = "wifi.no_address"
    OTHER = "wifi.not_joined"


@dataclass(frozen=True, slots=True)
class RadioSeen:
    """What the technology says of the radio now."""

    there: bool = False
    step: Step = Step.IDLE
    why: Why = Why.NOTHING
    ssid: str = ""
    """The network it is on, or on its way to."""
    address: bool = False


@dataclass(frozen=True, slots=True)
class Try:
    """One try to join, asked by a person."""

    ssid: str
    since: float
    moved: bool = False
    """Whether the radio was seen on its way: what it said before is about another try."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A network as somebody asked for it."""

    ssid: str
    password: str = ""
    hidden: bool = False


class VenueRadio(Protocol):
    """One machine's radio for the venue's Wi-Fi, and whoever keeps its known networks."""

    def seen(self) -> RadioSeen:
        """Now. ``wifi.no_manager`` if nobody answers."""
        ...

    def heard(self) -> list[HeardNetwork]:
        """What the last scan found; one network may stand there several times."""
        ...

    def known(self) -> list[str]:
        """Networks that are joined by themselves."""
        ...

    def scan(self) -> None:
        """Begin to listen anew."""
        ...

    def keep(self, wanted: Wanted) -> str:
        """Make it known, or change what is known of it; nothing else is forgotten. Return its handle."""
        ...

    def join(self, handle: str) -> None:
        """Begin to join what ``keep`` returned."""
        ...

    def forget(self, ssid: str) -> None:
        """Because a person asked for it, never by itself."""
        ...


def judged(trying: Try | None, seen: RadioSeen, now: float) -> tuple[Try | None, str]:
    """What became of a try: it goes on, or is over with a sentence; empty: it is joined."""
    if trying is None:
        return None, ""
    if seen.step is Step.JOINED and seen.ssid == trying.ssid:
        return None, ""
    if seen.step is Step.MOVING:
        trying = Try(trying.ssid, trying.since, moved=True)
    elif trying.moved and seen.why is not Why.NOTHING:
        return None, sentences()[seen.why].format(ssid=trying.ssid)
    if now - trying.since > TRY_S:
        why = seen.why if trying.moved and seen.why is not Why.NOTHING else Why.OTHER
        return None, sentences()[why].format(ssid=trying.ssid)
    return trying, ""


def listed(heard: Iterable[HeardNetwork], known: Iterable[str], joined: str) -> tuple[HeardNetwork, ...]:
    """Each network once, by its loudest radio; hidden ones have no name and are left out."""
    names = set(known)
    loudest: dict[str, HeardNetwork] = {}
    for one in heard:
        if one.ssid and (one.ssid not in loudest or loudest[one.ssid].strength < one.strength):
            loudest[one.ssid] = one
    silent = (HeardNetwork(ssid, 0, Lock.PASSWORD) for ssid in sorted(names - loudest.keys()))
    by_ear = sorted(loudest.values(), key=lambda one: (one.ssid != joined, -one.strength, one.ssid))
    return tuple(
        HeardNetwork(one.ssid, one.strength, one.lock, one.ssid in names, one.ssid == joined)
        for one in (*by_ear, *silent)
    )


def check(wanted: Wanted, country: str, heard: Iterable[HeardNetwork], known: Iterable[str]) -> None:
    """Refuse what can not work, before the radio is asked; ``wifi.*``."""
    if not country:
        raise MatineeError("wifi.no_country")
    if not 1 <= len(wanted.ssid.encode()) <= 32:  # noqa: PLR2004 IEEE 802.11
        raise MatineeError("wifi.bad_name")
    lock = next((one.lock for one in heard if one.ssid == wanted.ssid), None)
    if lock is Lock.ACCOUNT:
        raise MatineeError("wifi.account", ssid=wanted.ssid)
    if lock is Lock.OLD:
        raise MatineeError("wifi.old_lock", ssid=wanted.ssid)
    if lock is Lock.PASSWORD and not wanted.password and wanted.ssid not in set(known):
        raise MatineeError("wifi.no_password", ssid=wanted.ssid)
    if wanted.password and not is_password(wanted.password):
        raise MatineeError("wifi.bad_password", least=SHORTEST_PASSWORD, most=_LONGEST)


def is_password(text: str) -> bool:
    """Whether WPA can have it: 8 to 63 ASCII letters, or 64 hexadecimal digits (IEEE 802.11, J.4)."""
    if len(text) == _HEX_KEY:
        return all(letter in "0123456789abcdefABCDEF" for letter in text)
    return SHORTEST_PASSWORD <= len(text) <= _LONGEST and all(" " <= letter <= "~" for letter in text)
