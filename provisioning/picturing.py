"""Pictures for cards that lie beside a manifest: made ready, for the event's folder or to be published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.errors import MatineeError
from appliance.manifest.event_folder import lay_picture
from appliance.model.event import Event
from appliance.model.programme import CardPicture
from cache.picture_ffmpeg import picture_png

Report = Callable[[str], None]


def pictures_of(
    event: Event, folder: Path, workplace: Path, report: Report
) -> Iterator[tuple[CardPicture, bytes]]:
    """Every picture of ``event``, from ``folder``, as PNG; ``event.picture_not_found``, ``media.*``."""
    for name in event.programme.pictures:
        if not (folder / name).is_file():
            raise MatineeError("event.picture_not_found", picture=name, path=folder / name)
        report(f"picture {name}")
        yield CardPicture(name), picture_png(folder / name, workplace)


def bring_pictures(
    event: Event, folder: Path, event_folder: Path, workplace: Path, report: Report
) -> tuple[CardPicture, ...]:
    """Write every picture of ``event`` below ``event_folder``: all of them, or none."""
    ready = list(pictures_of(event, folder, workplace, report))
    for picture, png in ready:
        lay_picture(event_folder, picture, png)
    return tuple(picture for picture, _ in ready)
