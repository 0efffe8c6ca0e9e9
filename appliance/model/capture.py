"""Filming the house: moments that somebody marked, and the clips cut for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType

from appliance.ids import ClipId, EventId, ItemId, MomentId, Sha256, ShowId
from appliance.model.removal import Asked

RunId = NewType("RunId", str)
"""One stretch of filming without a gap, within one item."""

LISTENING = "listening"
"""``Moment.by`` of what the box heard and marked by itself."""

OVERHEAD = "from overhead"
"""Ends the why of what the second camera saw."""

REEL = "reel"
"""``Moment.by`` of the evening's reel, which is made of other clips."""

LANDSCAPE = "landscape"
"""The cut that is as wide as the camera sees."""

WITHDRAWN = "withdrawn"
"""In place of a cut's name: the notice in the bucket that a clip was taken down."""


class Faces(StrEnum):
    """How faces are shown in every cut of a clip."""

    AS_FILMED = "as filmed"
    BLURRED = "blurred"


class ClipState(StrEnum):
    """How far a clip is."""

    WAITING = "waiting"
    """Marked; its post-roll is still being filmed."""
    CUTTING = "cutting"
    """Being written."""
    MADE = "made"
    """On the card, private until somebody approves it."""
    APPROVED = "approved"
    """May be shown, and may leave the box."""
    HELD = "held"
    """Somebody asked not to be shown: nobody but the crew sees it until that is decided."""
    WITHDRAWN = "withdrawn"
    """Taken down for good; its files are gone."""
    FAILED = "failed"
    """There will be no clip; ``Clip.why`` says why."""


class StopReason(StrEnum):
    """Why a run ended."""

    LEASE_ENDED = "lease_ended"
    CAMERA_LOST = "camera_lost"
    NO_INDICATOR = "no_indicator"
    """The lamp that tells the room so was not lit."""
    STOPPED = "stopped"
    RESTARTED = "restarted"
    """The service died; the run ended at the last second that was noted."""


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of filming; ``ended_at`` is None while it lasts, or if the service died in it."""

    id: RunId
    event: EventId
    show: ShowId
    item: ItemId
    camera: str
    position_ms: int
    began_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    why: StopReason | None = None
    indicators: tuple[str, ...] = ("screen",)
    """What told the room so all the while."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Something worth a clip. Saved the moment it is marked."""

    id: MomentId
    clip: ClipId
    """The clip that is, or will be, cut for it."""
    run: RunId
    event: EventId
    show: ShowId
    item: ItemId
    by: str
    """What marked it: ``operator``, ``cue``, ``listening``; never a person's name."""
    at: datetime
    position_ms: int
    """Place in the item."""
    pre_roll_ms: int
    post_roll_ms: int
    reason: str = "marked by hand"
    score: float | None = None
    """Worth, 0 to 1; None where a person judged."""


@dataclass(frozen=True, slots=True)
class ClipFile:
    """One file of a clip, in the clips folder."""

    cut: str
    kind: str
    """``mp4``, ``jpg``, ``json`` or ``vtt``."""
    name: str
    size_bytes: int
    sha256: Sha256
    parts: tuple[Sha256, ...] = ()
    """Of each part in which it may go up, found while the whole was hashed; none: nobody did."""


@dataclass(frozen=True, slots=True)
class NewCut:
    """Another cut of a clip whose files are on the card."""

    clip: ClipId
    cut: str
    files: tuple[ClipFile, ...]


@dataclass(frozen=True, slots=True)
class NewClip:
    """A clip whose files are all on the card: what a row needs to know of it."""

    clip: ClipId
    duration_ms: int
    moment_ms: int
    width: int
    height: int
    files: tuple[ClipFile, ...]
    faces: Faces = Faces.AS_FILMED


@dataclass(frozen=True, slots=True)
class Captions:
    """That a clip has captions, which somebody wrote or had written elsewhere."""

    language: str
    """BCP 47; empty: nobody said."""
    cues: int
    whole_item: bool
    """They were cut out of a transcript of the whole item."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip, from the moment it is marked."""

    id: ClipId
    moment: MomentId
    event: EventId
    item: ItemId
    state: ClipState
    by: str
    at: datetime
    """When the moment was, not when it was cut."""
    position_ms: int
    reason: str = "marked by hand"
    score: float | None = None
    duration_ms: int = 0
    """0 until it is made."""
    moment_ms: int = 0
    """Place of the moment in the clip."""
    width: int = 0
    height: int = 0
    files: tuple[ClipFile, ...] = ()
    why: str = ""
    """Why it failed: a sentence."""
    approved_at: datetime | None = None
    faces: Faces = Faces.AS_FILMED
    asked: tuple[Asked, ...] = ()
    """Who asked not to be shown and waits for an answer."""
    captions: Captions | None = None

    def file(self, kind: str, cut: str = LANDSCAPE) -> ClipFile | None:
        """The file of that kind and cut; None if there is none (yet)."""
        return next((file for file in self.files if file.kind == kind and file.cut == cut), None)


@dataclass(frozen=True, slots=True)
class Listening:
    """What the room sounded like in the last second, while it is filmed."""

    detector: str
    """For people: "YAMNet", or which simpler way it is and why."""
    sounds: tuple[tuple[str, float], ...] = ()
    """Each sound and how likely it is, 0 to 1; empty: nothing was heard yet."""
    dropped: int = 0
    """Packets that a busy box had no time to hear, since it started."""


@dataclass(frozen=True, slots=True)
class SoundLevel:
    """How loud it was at the microphone just now."""

    loudest_db: float | None = None
    """0 is the loudest that can be told, -120 silence; None: nothing could be heard."""
    microphone: str = ""
    """Which one; empty: the camera's own."""
    fault: str = ""
    """Why nothing could be heard, in a sentence."""


@dataclass(frozen=True, slots=True)
class CaptureStatus:
    """What the camera in the house does now."""

    allowed: bool = False
    """The show allows filming now."""
    recording: bool = False
    """Pictures are being kept in memory now."""
    camera: str = ""
    """Empty: this box has no camera."""
    overhead: str = ""
    """The second one; empty: there is none."""
    overhead_recording: bool = False
    item: str = ""
    buffered_s: float = 0.0
    """Seconds that a mark could reach back to now."""
    buffered_bytes: int = 0
    waiting: int = 0
    """Moments whose clip is not made yet."""
    faults: tuple[str, ...] = ()
    """Sentences: what the operator should know now."""
    indicators: tuple[str, ...] = ()
    """What tells the room so: the screen, and a lamp where there is one."""
    listening: Listening | None = None
    """What is heard now; None: nothing is filmed or listened to, or nobody listens."""
    attending: bool = False
    """A film runs, the room is listened to, and nothing of it is kept."""
    reacted: tuple[str, ...] = ()
    """What the room did lately during films, the newest first: "laughed at 00:41 of Tide"."""
