"""What the window's pages have at hand."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from appliance.clock import Clock
from provisioning.cloud.bucket_watch import BucketWatch
from provisioning.cloud.event_shelf import EventShelf
from provisioning.cloud.film_shelf import FilmShelf
from provisioning.cloud.organiser_folder import OrganiserFolder
from provisioning.jobs import Jobs
from provisioning.uploads import Uploads
from webui.organiser.door import Door

EXTENSION = "window"


@dataclass(frozen=True, slots=True)
class Window:
    """The parts of the app, wired in ``service``."""

    address: str
    folder: OrganiserFolder
    clock: Clock
    door: Door
    films: FilmShelf
    uploads: Uploads
    events: EventShelf
    watch: BucketWatch
    jobs: Jobs
    one_at_a_time: threading.Lock = field(default_factory=threading.Lock)
    """Held while keys are made or people are opened."""


def here() -> Window:
    """The parts of the app that answers this request."""
    return cast("Window", current_app.extensions[EXTENSION])
