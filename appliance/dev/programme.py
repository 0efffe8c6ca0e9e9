"""What the fresh box has to show: its own evening if it has one, else the sample's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.clock import Clock
from appliance.ipc.show_client import ShowClient
from appliance.model.show_view import Phase, ShowView
from appliance.paths import Paths
from provisioning.loading import list_events, load_event
from provisioning.media_door import media_door


def ensure_event(paths: Paths, sample: Path, clock: Clock, report: Callable[[str], None]) -> ShowView:
    """Let the running show have an event: the one it has, else the first on the box, else ``sample``."""
    show = ShowClient(paths)
    view = show.status()
    if view.phase is not Phase.NONE:
        return view
    events = list_events(paths)
    if events:
        return show.load(events[0].id)
    with media_door(paths, clock) as media:
        return show.load(load_event(sample, paths, media, report))
