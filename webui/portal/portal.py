"""What the pages are built from, and how a page gets at it."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app, request

from appliance.audience.community import Community
from appliance.audience.consent import Wording, Wordings
from appliance.audience.desk import Desk
from appliance.audience.four_words import FourWords
from appliance.audience.polls import Polls
from appliance.audience.receipts import Receipts
from appliance.audience.room_questions import RoomQuestions
from appliance.audience.shop import Shop
from appliance.audience.signup import SignUps
from appliance.audience.voices import Voices
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.front.address import OwnAddress
from appliance.ipc.capture_client import CaptureClient
from appliance.ipc.console_client import ConsoleClient
from appliance.ipc.show_client import ShowClient
from appliance.model.event import Event
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from cache.derived import Derived
from webui.languages import FALLBACK, current
from webui.portal.doorway import Doorway
from webui.portal.evening import EventSource, Tonight
from webui.portal.pace import Pace, sender
from webui.portal.replay import ClipSource
from webui.portal.stopwatch import Stopwatch
from webui.portal.watching import Pieces, Viewers

EXTENSION = "matinee-portal"
"""Under this name in ``app.extensions``."""


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything a page may use. Some is None while nobody could open what people write."""

    events: EventSource
    clips: ClipSource
    rows: AudienceRows
    sign_ups: SignUps | None
    receipts: Receipts | None
    shop: Shop
    desk: Desk
    community: Community
    voices: Voices
    questions: RoomQuestions
    polls: Polls
    words: FourWords
    wordings: Wordings
    own: OwnAddress
    doorway: Doorway
    capture: CaptureClient
    """Asked only to hold clips that somebody does not want to be shown in."""
    viewers: Viewers
    """Of the room, live."""
    pieces: Pieces
    """What they watch."""
    show: ShowClient
    """Asked only to take a question off the screen that somebody took back."""
    staff_door: ConsoleClient
    """Asked only to let a device of the staff in."""
    paths: Paths
    derived: Derived
    """Posters."""
    clock: Clock
    pace: Pace
    guesses: Pace
    """Of four words, by all together."""
    stopwatch: Stopwatch
    """How quickly pages answer."""
    closing: ExitStack
    """What ends with the portal."""
    console: str = ""
    """Where stewards' phones find the desk, without a trailing slash."""
    accel: str = ""
    """Where nginx serves the films internally; empty: they are sent from here."""

    def close(self) -> None:
        """Finish what waits to be written and stop listening. Who asks later is refused."""
        self.closing.close()

    @property
    def address(self) -> str:
        """What people type, without a trailing slash. Never taken from a request."""
        return self.own.portal()

    def names(self) -> frozenset[str]:
        """Names of the box under which its pages are shown; under any other a phone gets a captive answer."""
        return self.own.names()

    @property
    def media(self) -> Path:
        """Folder of the films."""
        return self.paths.media

    def wording(self, event: Event) -> Wording:
        """The words that the sign-up form shows now, in the language of the page."""
        return self.wordings.newest(current(), event.organiser.name, event.venue.region)

    def shown(self, event: Event, sha256: str) -> Wording | None:
        """The words with that hash, if a form shows them now, in whichever language."""
        return self.wordings.shown(sha256, event.organiser.name, event.venue.region)

    def language(self) -> str:
        """The language for a reader who has none of ours: the evening's."""
        evening = self.events.tonight()
        return FALLBACK if evening is None else evening.event.language

    def pass_address(self, statement: str) -> str:
        """What the QR code of a pass holds."""
        return f"{self.address}/p/{statement}"


def here() -> Portal:
    """The portal of the app that answers this request."""
    return cast("Portal", current_app.extensions[EXTENSION])


def in_turn(kind: str, turns: int = 1) -> None:
    """Let the sender of this request write; ``portal.too_often`` if they do without end."""
    here().pace.step(kind, sender(request.remote_addr, request.headers.get("X-Real-IP")), turns)


def tonight() -> Tonight:
    """The evening; ``portal.no_event`` if there is none."""
    evening = here().events.tonight()
    if evening is None:
        raise MatineeError("portal.no_event")
    return evening


def call_of_tonight() -> str:
    """What stands over every page: a call of the organiser's; empty for none."""
    evening = here().events.tonight()
    return "" if evening is None else evening.call


def is_filmed_now() -> bool:
    """Whether the room is being filmed: every page says so, as the screen does."""
    evening = here().events.tonight()
    return evening is not None and here().clips.is_filmed(evening.event.id, here().clock.now())


def is_listened_now() -> bool:
    """Whether a film runs during which the room is listened to: every page says so, as the screen did."""
    evening = here().events.tonight()
    return evening is not None and here().clips.is_listened(evening.event.id, here().clock.now())
