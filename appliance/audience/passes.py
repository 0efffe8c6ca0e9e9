"""Passes: signed statements that attendees hold, checked without a network (RFC 7519, RFC 8037)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.audience.tokens import EDDSA, signed
from appliance.ids import AttendeeId, BoxId, EventId
from appliance.model.asking import MOST_KEPT

CERTIFICATE_MARK = "~"
"""Between a statement and the certificate of the key that signed it; stands in no JWT and needs no escape."""
MOST_STAMPS = 10_000
LONGEST_TIER = 40
MOST_REWARDS = 12
"""Friends that a pass counts: it has to stay a code that a camera reads."""
LONGEST_MARK = 8
MOST_PLACES = 4
LAST_DAY = 1_000_000


class PassKind(StrEnum):
    """What a pass states first of all."""

    SIGNED_UP = "signed_up"
    ATTENDED = "attended"
    """They were let in; ``stamps`` counts this evening, too."""
    TIER = "tier"
    """They belong to ``tier``, until ``expires``."""
    STAMPS = "stamps"
    """They came so often."""
    REFERRAL = "referral"
    """Whoever holds it was invited by ``attendee``: it lets nobody in."""
    THANKS = "thanks"
    """Somebody whom ``invited_by`` invited was let in. ``attendee`` is a mark that names nobody."""


NO_PASS = frozenset({PassKind.REFERRAL, PassKind.THANKS})
"""Statements for somebody else's hands: they let nobody in, and change nobody's mind."""


@dataclass(frozen=True, slots=True)
class PassStatement:
    """What a box signed. No name."""

    box: BoxId
    event: EventId
    attendee: AttendeeId
    at: datetime
    kind: PassKind = PassKind.SIGNED_UP
    stamps: int = 0
    """Evenings attended, as passes tell it."""
    tier: str = ""
    invited_by: AttendeeId | None = None
    expires: datetime | None = None
    tier_until: datetime | None = None
    """When ``tier`` runs out, where the pass itself does not."""
    root: AttendeeId | None = None
    """The attendee of the first pass of that line; None: this is the first."""
    rewards: tuple[str, ...] = ()
    """A mark for each friend who came, and one for their own first time."""
    asked: tuple[int, ...] = ()
    """Days since 1970 on which they were asked to become a member."""
    places: tuple[EventId, ...] = ()
    """Later evenings at which a place is kept for them."""

    @property
    def line(self) -> AttendeeId:
        """Who it is through all evenings: the attendee of the first pass."""
        return self.root or self.attendee


class Passes:
    """Signs the passes of one box."""

    def __init__(self, box: BoxId, key: Ed25519PrivateKey, certificate: str = "") -> None:
        """``certificate``: of ``key``, by the organiser; without it only this box takes its passes."""
        self._box = box
        self._key = key
        self._tail = f"{CERTIFICATE_MARK}{certificate}" if certificate else ""

    def issue(
        self, attendee: AttendeeId, event: EventId, at: datetime, kind: PassKind = PassKind.SIGNED_UP
    ) -> str:
        """Sign a plain statement; the same four give the same pass, so nothing needs to be kept."""
        return self.sign(PassStatement(self._box, event, attendee, at, kind))

    def sign(self, statement: PassStatement) -> str:
        """Sign, as a statement of this box; the same statement gives the same pass."""
        claims: dict[str, Any] = {
            "iss": self._box,
            "evt": statement.event,
            "sub": statement.attendee,
            "iat": int(statement.at.timestamp()),
            "kind": statement.kind.value,
        }
        if statement.stamps:
            claims["stamps"] = statement.stamps
        if statement.tier:
            claims["tier"] = statement.tier
        if statement.invited_by:
            claims["by"] = statement.invited_by
        if statement.expires is not None:
            claims["exp"] = int(statement.expires.timestamp())
        claims |= _members(statement)
        return signed(claims, self._key, EDDSA, short=True) + self._tail


def _members(statement: PassStatement) -> dict[str, Any]:
    """What only some passes state: a smaller QR code for all others."""
    said: dict[str, Any] = {
        "until": None if statement.tier_until is None else int(statement.tier_until.timestamp()),
        "root": statement.root,
        "rewards": list(statement.rewards),
        "asked": list(statement.asked),
        "places": list(statement.places),
    }
    return {name: value for name, value in said.items() if value}


def statement_of(claims: dict[str, Any]) -> PassStatement:
    """What checked claims state; ``ValueError``, ``TypeError`` or ``KeyError`` if they are no pass."""
    invited_by, expires = claims.get("by"), claims.get("exp")
    until, root = claims.get("until"), claims.get("root")
    statement = PassStatement(
        BoxId(_text(claims["iss"])),
        EventId(_text(claims["evt"])),
        AttendeeId(_text(claims["sub"])),
        datetime.fromtimestamp(int(claims["iat"]), UTC),
        PassKind(claims["kind"]),
        _count(claims.get("stamps", 0)),
        _text(claims.get("tier", ""))[:LONGEST_TIER],
        None if invited_by is None else AttendeeId(_text(invited_by)),
        None if expires is None else datetime.fromtimestamp(int(expires), UTC),
        None if until is None else datetime.fromtimestamp(int(until), UTC),
        None if root is None else AttendeeId(_text(root)),
        tuple(_text(mark)[:LONGEST_MARK] for mark in _list(claims.get("rewards", []), MOST_REWARDS)),
        tuple(_count(day, LAST_DAY) for day in _list(claims.get("asked", []), MOST_KEPT)),
        tuple(EventId(_text(place)) for place in _list(claims.get("places", []), MOST_PLACES)),
    )
    if not (statement.event and statement.attendee):
        raise ValueError(claims)
    return statement


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _list(value: object, most: int) -> list[object]:
    if not isinstance(value, list) or len(value) > most:
        raise TypeError(value)
    return value


def _count(value: object, most: int = MOST_STAMPS) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise ValueError(value)
    return value
