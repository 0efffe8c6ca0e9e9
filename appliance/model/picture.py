"""What shall stand on the screen, and what does."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import msgspec

from appliance.model.poll import Bar
from appliance.model.programme import CardLayout

# Structs, not dataclasses, because a union of values on a socket needs a tag.


class Film(msgspec.Struct, frozen=True, tag="film"):
    """A film from a place in it. The token names this showing of it, not the file."""

    token: str
    title: str
    path: str
    start_ms: int = 0
    paused: bool = False
    rate: float = 1.0
    gain_db: float = 0.0
    begin_ms: int = 0
    """Where this item begins in its file: not 0 only in a reel. ``start_ms`` counts from here."""
    end_ms: int | None = None
    """Where this item ends in its file; None: where the file does."""
    subtitles: str | None = None
    """Path of an SRT, VTT or ASS file; a missing one is named, and the film goes on without."""
    subtitle_scale: float = 1.0
    audio_track: str | None = None
    """Language (``de``), ``described`` or both (``de+described``); None or not there: the film's first."""
    audio_delay_ms: int = 0
    """Sound later than the picture: a property of the venue's loudspeakers."""
    loop: bool = False
    """A backdrop: its last picture is followed by its first, without a seam, until another is asked."""

    def follows(self, before: Film) -> bool:
        """Whether ``before`` runs into this one within one reel, without a seam."""
        return (
            self.path == before.path
            and before.end_ms is not None
            and self.begin_ms == before.end_ms
            and self.start_ms == 0
            and not self.paused
            and not (self.loop or before.loop)
            and (self.subtitles, self.audio_track, self.audio_delay_ms)
            == (before.subtitles, before.audio_track, before.audio_delay_ms)
        )


class Card(msgspec.Struct, frozen=True, tag="card"):
    """A picture that the player composes."""

    token: str
    layout: CardLayout
    title: str
    lines: tuple[str, ...] = ()
    picture: str = ""
    """Path of a picture that is shown instead of the words; one that can not be read leaves the words."""
    qr: str | None = None
    remaining_ms: int | None = None
    """Counted down by the player from the moment it is told."""
    paused: bool = False
    rate: float = 1.0
    bars: tuple[Bar, ...] = ()
    """What the room answered so far to the question that its title is; empty: it asks nothing."""
    note: str = ""
    """One quiet line at the foot, such as the notice that a camera is on."""


class Stream(msgspec.Struct, frozen=True, tag="stream"):
    """A live picture from elsewhere, and what stands whenever it is not there. It has no end of its own."""

    token: str
    title: str
    address: str
    """``tcp://127.0.0.1:PORT``: whoever connects is given MPEG-TS. What is no loopback address is refused."""
    card: Card
    """Stands until the picture comes, and while it is gone or frozen; its own token says nothing."""
    gain_db: float = 0.0


Picture = Film | Card | Stream


class OverlayKind(StrEnum):
    """What lies over the running picture."""

    LOWER_THIRD = "lower_third"
    """Two lines at the lower left: who is speaking."""
    QR = "qr"
    """A code with its title at the lower right."""
    LEFT = "left"
    """How many are left, at the upper right."""
    WORDS = "words"
    """What somebody asked or the house has to say: wide, along the foot."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """One opaque panel over the picture. The same ``id`` told again is changed in place."""

    id: str
    kind: OverlayKind
    title: str
    line: str = ""
    qr: str | None = None
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What the show wants on the screen. ``next`` follows a film's end at once, without asking."""

    now: Picture
    next: Picture | None = None
    volume: float = 1.0
    """Linear amplitude, 0 to 1."""
    fade_s: float = 0.0
    """How long a change of ``volume`` takes, as a straight line of amplitude."""
    loudest: float | None = None
    """No film is louder than this amplitude, whatever its gain (a relaxed screening)."""
    overlays: tuple[Overlay, ...] = ()

    def streams(self, token: str) -> bool:
        """Whether the showing ``token`` is a live stream."""
        wanted = (self.now, self.next)
        return any(isinstance(picture, Stream) and picture.token == token for picture in wanted)


@dataclass(frozen=True, slots=True)
class Failure:
    """A picture that could not be shown."""

    token: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScreenStatus:
    """What is on the screen, as the player sees it."""

    token: str | None = None
    kind: Literal["film", "card", "stream", "none"] = "none"
    """What is seen. A stream whose picture is away is a ``card``, with a remark."""
    position_ms: int = 0
    duration_ms: int | None = None
    playing: bool = False
    ended: bool = False
    """The film is over; its last picture stands."""
    pictures_shown: int = 0
    """Distinct pictures since the player started: the proof that it is alive."""
    failed: tuple[Failure, ...] = ()
    remarks: tuple[Failure, ...] = ()
    """Showings that play, but not as was asked: without their subtitles, say."""
    lacks: tuple[str, ...] = ()
    """Sentences: what the room lacks now, such as a projector or a sound card."""
    display: str = ""
    width: int = 0
    height: int = 0
