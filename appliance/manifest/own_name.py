"""The certificate of an organiser's own name on its way to one box: signed, its key sealed to that box."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from appliance.errors import MatineeError
from appliance.ids import BoxId

FORMAT = 1
LARGEST = 1 << 16
"""Bytes; a chain has three or four certificates."""


def purpose(box: BoxId) -> str:
    """What it is signed as: it is no other box's."""
    return f"matinee certificate of {box}"


@dataclass(frozen=True, slots=True)
class OwnName:
    """What lies in the bucket."""

    format: int
    box: BoxId
    name: str
    """The host that attendees' phones are led to."""
    chain: str
    """PEM, leaf first."""
    key: str
    """PEM, sealed to the box: base64 of an age file."""


_decoder = msgspec.json.Decoder(OwnName)


def encode(own: OwnName) -> bytes:
    """Stable JSON bytes: what is signed."""
    return msgspec.json.format(msgspec.json.encode(own, order="sorted"), indent=1)


def decode(content: bytes, box: BoxId) -> OwnName:
    """Parse what was signed; ``content.unreadable`` if this Matinee can not, or it is another box's."""
    try:
        own = _decoder.decode(content)
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise MatineeError("content.unreadable", what="the certificate", fault=fault) from fault
    if own.format != FORMAT or own.box != box:
        fault_ = f"it is of format {own.format} for box {own.box}"
        raise MatineeError("content.unreadable", what="the certificate", fault=fault_)
    return own
