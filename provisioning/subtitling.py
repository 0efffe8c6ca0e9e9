"""Subtitles that lie beside an evening's films: cleaned and laid into the event's folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from appliance.errors import MatineeError
from appliance.model.programme import Subtitles
from cache.durable import sync_folder, write_whole
from cache.subtitles_beside import find, read

FOLDER = "subtitles"


def bring_subtitles(film: Path, event_folder: Path, report: Callable[[str], None]) -> tuple[Subtitles, ...]:
    """Write every subtitle file of ``film`` below ``event_folder``.

    One that can not be used is reported, and stops nothing.
    """
    brought: list[Subtitles] = []
    for source in find(film):
        try:
            found = read(source, film)
        except MatineeError as fault:
            report(fault.sentence)
            continue
        folder = event_folder / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{source.stem}.{found.text.format}"
        write_whole(target, found.text.text.encode())
        sync_folder(event_folder)
        path = str(target.relative_to(event_folder))
        brought.append(Subtitles(found.language, path, found.label))
        report(f"subtitles {source.name}: {found.text.cues} cues, {found.encoding}")
        for broken in found.text.faults:
            report(f"subtitles {source.name}, {broken}; left out")
    return tuple(brought)
