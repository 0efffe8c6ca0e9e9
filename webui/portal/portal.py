"""What the pages are built from, and how a page gets at it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app, request

from appliance.audience.consent import Wording, Wordings
from appliance.audience.offers import Offers
from appliance.audience.passes import Passes
from appliance.audience.signup import SignUps
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.model.event import Event
from appliance.store.audience_rows import AudienceRows
from cache.derived import Derived
from webui.portal.evening import EventSource, Tonight
from webui.portal.pace import Pace, sender
from webui.portal.replay import ClipSource

LANGUAGE = "en"
"""The language of the pages themselves."""

EXTENSION = "matinee-portal"
"""Under this name in ``app.extensions``."""


@dataclass(frozen=True, slots=True)
class Portal:
    """Everything a page may use. ``sign_ups`` is None while nobody could open what people write."""

    events: EventSource
    clips: ClipSource
    rows: AudienceRows
    sign_ups: SignUps | None
    offers: Offers
    passes: Passes
    wordings: Wordings
    address: str
    """What people type, without a trailing slash. Never taken from a request."""
    media: Path
    """Folder of the films."""
    derived: Derived
    """Posters."""
    clock: Clock
    pace: Pace
    accel: str = ""
    """Where nginx serves the films internally; empty: they are sent from here."""

    def wording(self, event: Event) -> Wording:
        """The words that the sign-up form shows now."""
        return self.wordings.newest(LANGUAGE, event.organiser.name)

    def pass_address(self, statement: str) -> str:
        """What the QR code of a pass holds."""
        return f"{self.address}/p/{statement}"


def here() -> Portal:
    """The portal of the app that answers this request."""
    return cast("Portal", current_app.extensions[EXTENSION])


def in_turn(kind: str) -> None:
    """Let the sender of this request write; ``portal.too_often`` if they do without end."""
    here().pace.step(kind, sender(request.remote_addr, request.headers.get("X-Real-IP")))


def tonight() -> Tonight:
    """The evening; ``portal.no_event`` if there is none."""
    evening = here().events.tonight()
    if evening is None:
        raise MatineeError("portal.no_event")
    return evening
