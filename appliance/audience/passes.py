"""Passes: signed statements that attendees hold, checked without a network (RFC 7519, RFC 8037)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.audience.pass_key import key_id
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, BoxId, EventId

_ALGORITHM = "EdDSA"
_REQUIRED = ("iss", "evt", "sub", "iat", "kind")


class PassKind(StrEnum):
    """What a pass states."""

    SIGNED_UP = "signed_up"


@dataclass(frozen=True, slots=True)
class PassStatement:
    """What the box signed: this attendee, for this event, since then. No name."""

    box: BoxId
    event: EventId
    attendee: AttendeeId
    at: datetime
    kind: PassKind = PassKind.SIGNED_UP


class Passes:
    """Issues and reads the passes of one box."""

    def __init__(self, box: BoxId, key: Ed25519PrivateKey) -> None:
        """``key`` signs; its public half checks."""
        self._box = box
        self._key = key
        self._public = key.public_key()
        self._header = {"kid": key_id(self._public), "typ": None}  # no typ: a smaller QR code

    def issue(self, attendee: AttendeeId, event: EventId, at: datetime) -> str:
        """Sign; the same three give the same pass, so nothing needs to be kept."""
        claims = {
            "iss": self._box,
            "evt": event,
            "sub": attendee,
            "iat": int(at.timestamp()),
            "kind": PassKind.SIGNED_UP.value,
        }
        return jwt.encode(claims, self._key, _ALGORITHM, headers=self._header)

    def read(self, text: str) -> PassStatement:
        """Check the signature and return what it states; ``audience.not_our_pass`` for everything else.

        The clock is not asked: a box without one must still know its own passes.
        """
        try:
            claims = jwt.decode(
                text,
                self._public,
                [_ALGORITHM],
                issuer=self._box,
                options={"require": list(_REQUIRED), "verify_iat": False},
            )
            return PassStatement(
                BoxId(claims["iss"]),
                EventId(str(claims["evt"])),
                AttendeeId(claims["sub"]),
                datetime.fromtimestamp(int(claims["iat"]), UTC),
                PassKind(claims["kind"]),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as fault:
            raise MatineeError("audience.not_our_pass") from fault
