"""The door as stewards see it: what may be asked, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from appliance.ids import AttendeeId

PASS_SUBJECT = "pass:"  # noqa: S105 a word, not a secret
GUEST_SUBJECT = "guest:"


class DoorAnswer(StrEnum):
    """How an act at the door ended."""

    LET_IN = "let_in"
    CAME_BACK = "came_back"
    """They had gone out."""
    ALREADY_IN = "already_in"
    FULL = "full"
    NO_ACCESS_PLACE = "no_access_place"
    WENT_OUT = "went_out"
    NOT_INSIDE = "not_inside"
    UNDONE = "undone"
    NOTHING_TO_UNDO = "nothing_to_undo"
    """It was undone already, or something was done since."""


@dataclass(frozen=True, slots=True)
class Room:
    """How full the room is."""

    inside: int = 0
    capacity: int = 0
    access_taken: int = 0
    access_places: int = 0


@dataclass(frozen=True, slots=True)
class DoorView:
    """The count that everybody can see, and what the venue says of access."""

    event: str = ""
    title: str = ""
    room: Room = Room()
    came: int = 0
    """People who were let in, whether or not they have left."""
    access: tuple[str, ...] = ()
    sightlines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever stands at the door, as far as a pass or a list tells it. No name."""

    subject: str = ""
    """``pass:<attendee>`` or ``guest:<guest>``; empty: an earlier pass that tonight does not know yet."""
    stamps: int = 0
    """Evenings before this one."""
    tier: str = ""
    invited: bool = False
    people: int = 1
    inside: bool = False
    since: datetime | None = None
    """When that began; None if they were never here tonight."""
    act: str = ""
    """Their last act that stands."""
    access_place: bool = False


@dataclass(frozen=True, slots=True)
class DoorWish:
    """What a steward wants. ``text`` is what was scanned or typed, else ``subject`` names who it is about."""

    nonce: str
    text: str = ""
    subject: str = ""
    people: int = 1
    """Of a walk-in; passes and lists say it themselves."""
    access_place: bool = False
    override: bool = False
    """Let them in beyond the limit; only operators may."""
    staff: str = ""


@dataclass(frozen=True, slots=True)
class DoorDone:
    """What came of it; durable if somebody was let in, went out, or was undone."""

    answer: DoorAnswer
    person: Person
    room: Room
    at: datetime
    act: str = ""
    attendee: AttendeeId | None = None
    capability: str = ""
    """Opens the page of a pass that was made just now, to print it."""


@dataclass(frozen=True, slots=True)
class GuestLine:
    """One line of a list, sealed."""

    id: str
    sealed: str
    people: int
    refusal: str
    source: str = ""
    remote: str = ""
    """Its number where it comes from."""
    inside: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class GuestKey:
    """What names are sealed to; empty before the stewards have a passphrase."""

    recipient: str = ""
    sealed_identity: str = ""


@dataclass(frozen=True, slots=True)
class Guests:
    """All lists of tonight."""

    key: GuestKey
    lines: tuple[GuestLine, ...] = ()


@dataclass(frozen=True, slots=True)
class NewGuest:
    """A line to be, sealed by who read the list."""

    source: str
    remote: str
    sealed: str
    secret_sha256: str = ""
    people: int = 1
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Redemption:
    """An act on a ticket of a shop that does not know of it yet."""

    act: str
    remote: str
    entered: bool
    at: datetime
    annuls: str = ""
    """The act that this one takes back there; empty: it is an entry or an exit."""


@dataclass(frozen=True, slots=True)
class TicketAnswer:
    """What the shop said of it."""

    act: str
    accepted: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TicketShop:
    """Whether a shop is set up, and what keeps it from answering."""

    known: bool = False
    sentence: str = ""
    """Empty while all is well."""


@dataclass(frozen=True, slots=True)
class TicketWork:
    """What the way to the shop needs to know."""

    event: str = ""
    key: GuestKey = GuestKey()
    waiting: tuple[Redemption, ...] = ()
    refused: tuple[TicketAnswer, ...] = ()
