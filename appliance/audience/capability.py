"""Capabilities: a random name in a URL that opens one attendee's own page, and nothing else does."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import NewType

from ulid import ULID

from appliance.errors import MatineeError
from appliance.ids import AttendeeId, Sha256

Capability = NewType("Capability", str)
"""128 bits, base64url, 22 characters. Shown to its owner; stored only as its hash."""

_NONCE = re.compile(r"[A-Za-z0-9_-]{22}")
_BYTES = 16


def checked_nonce(text: str) -> str:
    """Return ``text`` if ``ids.new_secret`` could have made it; ``audience.stale_form`` otherwise."""
    if _NONCE.fullmatch(text) is None:
        raise MatineeError("audience.stale_form")
    return text


def attendee_of(nonce: str) -> AttendeeId:
    """Whose sign-up the form with ``nonce`` is: posted twice, it is the same attendee with the same pass.

    The nonce is 128 random bits made for one showing of the form and never stored. An id does not tell it.
    """
    digest = sha256(b"matinee attendee 1\0" + checked_nonce(nonce).encode("ascii")).digest()
    return AttendeeId(str(ULID.from_bytes(digest[:_BYTES])))


def stored(capability: str) -> Sha256:
    """What is stored of a capability."""
    return Sha256(sha256(capability.encode()).hexdigest())
