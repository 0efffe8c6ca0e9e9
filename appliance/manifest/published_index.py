"""``published/index.json``: everything that the organiser published, in one signed, numbered list.

A box remembers the highest number that it believed and takes no lower one (rollback). Every file of an event
stands in the list by its hash, so files of two publications can not be mixed. A list that is past its date is
not taken up, where the time is proven (freeze). Whatever is refused, what the box has plays on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.ids import SLUG, BoxId, EventId, Sha256, is_sha256

FORMAT = 1
PURPOSE = "matinee index"


def event_purpose(event: EventId, name: str) -> str:
    """What a file of an event is signed as: it is no other file, and of no other event."""
    return f"matinee {name} of {event}"


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """One event of the list."""

    id: EventId
    version: int
    manifest_sha256: Sha256
    """Of ``event.toml``."""
    packing_sha256: Sha256
    """Of ``packing-list.json``."""
    boxes: tuple[str, ...] = ()
    """Which boxes shall have it; empty: all."""
    made_at: str = ""
    """As in its packing list."""


@dataclass(frozen=True, slots=True)
class Fence:
    """A box that was made anew: any other card of it puts nothing into the bucket any more."""

    box: BoxId
    card: str
    """The one that counts; made at random when the box was made anew."""
    since: datetime


@dataclass(frozen=True, slots=True)
class PublishedIndex:
    """The whole list."""

    format: int
    version: int
    made_at: datetime
    expires_at: datetime
    events: tuple[PublishedEvent, ...] = ()
    revoked: tuple[str, ...] = ()
    """``key:<key id>`` of a box's pass key, ``pass:<attendee>`` of one pass: no box takes them any more."""
    fences: tuple[Fence, ...] = ()
    """At most one for a box: the newest."""


_decoder = msgspec.json.Decoder(PublishedIndex)


@dataclass(frozen=True, slots=True)
class Floor:
    """The newest list that was believed."""

    version: int = 0
    sha256: str = ""


def encode(index: PublishedIndex) -> bytes:
    """Stable JSON bytes: what is signed."""
    return msgspec.json.format(msgspec.json.encode(index, order="sorted"), indent=1)


def decode(content: bytes) -> PublishedIndex:
    """Parse what was signed; ``content.unreadable`` if this Matinee can not read it."""
    try:
        index = _decoder.decode(content)
    except (msgspec.ValidationError, msgspec.DecodeError) as fault:
        raise MatineeError("content.unreadable", what="the list of events", fault=fault) from fault
    hashes = [sha for event in index.events for sha in (event.manifest_sha256, event.packing_sha256)]
    ids = [event.id for event in index.events]
    if not (all(map(is_sha256, hashes)) and all(map(SLUG.fullmatch, ids)) and len(set(ids)) == len(ids)):
        raise MatineeError("content.unreadable", what="the list of events", fault="an entry is malformed")
    if index.format != FORMAT:
        fault_ = f"it is of format {index.format}, this box knows {FORMAT}; update the box"
        raise MatineeError("content.unreadable", what="the list of events", fault=fault_)
    return index


def must_be_newer(index: PublishedIndex, sha256: str, floor: Floor, now: datetime, trust: ClockTrust) -> None:
    """Refuse what goes back, contradicts itself or is past its date; nothing else decides, so it is pure.

    Raises ``content.older``, ``content.contradicts`` or ``content.expired``.
    """
    must_not_go_back(index, sha256, floor)
    if trust is ClockTrust.PROVEN and now > index.expires_at:
        raise MatineeError("content.expired", date=f"{index.expires_at:%d %B %Y}")


def must_not_go_back(index: PublishedIndex, sha256: str, floor: Floor) -> None:
    """Refuse what goes back or contradicts itself: ``content.older``, ``content.contradicts``."""
    if index.version < floor.version:
        raise MatineeError("content.older", version=index.version, known=floor.version)
    if index.version == floor.version and floor.sha256 != sha256:
        raise MatineeError("content.contradicts", version=index.version)
