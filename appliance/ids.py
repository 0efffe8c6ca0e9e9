"""Names of things: an ``EventId`` is no ``ClipId``."""

from __future__ import annotations

import re
import secrets
from typing import NewType

BoxId = NewType("BoxId", str)
EventId = NewType("EventId", str)
ItemId = NewType("ItemId", str)
CueId = NewType("CueId", str)
DropId = NewType("DropId", str)
ShowId = NewType("ShowId", str)
ClaimId = NewType("ClaimId", str)
ClipId = NewType("ClipId", str)
MomentId = NewType("MomentId", str)
AttendeeId = NewType("AttendeeId", str)
QuestionId = NewType("QuestionId", str)
ReceiptId = NewType("ReceiptId", str)
FactId = NewType("FactId", str)
Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""

SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
"""What an event, an item, a cue or a drop may be called: it stands in file names, URLs and keys."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def new_id() -> str:
    """Return a fresh ULID: 26 characters that sort by the time they were made (github.com/ulid/spec)."""
    from ulid import ULID  # noqa: PLC0415 it brings half the import system along; most processes make no id

    return str(ULID())


def new_secret() -> str:
    """Return 128 random bits for a URL: a capability, a nonce (base64url, 22 characters)."""
    return secrets.token_urlsafe(16)


def is_sha256(text: str) -> bool:
    """Tell whether ``text`` has the form of a content hash."""
    return _SHA256.fullmatch(text) is not None
