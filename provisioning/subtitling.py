"""Subtitles that lie beside an evening's films: cleaned, and laid into the event's folder or published."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from appliance.errors import MatineeError
from appliance.manifest.event_folder import lay_subtitles, subtitles_path
from appliance.model.programme import Subtitles
from cache.subtitles_beside import find, read


def subtitles_of(film: Path, report: Callable[[str], None]) -> Iterator[tuple[Subtitles, bytes]]:
    """Every subtitle file beside ``film``, clean, and where it belongs below the event's folder.

    One that can not be used is reported, and stops nothing.
    """
    for source in find(film):
        try:
            found = read(source, film)
        except MatineeError as fault:
            report(fault.sentence)
            continue
        path = subtitles_path(f"{source.stem}.{found.text.format}")
        yield Subtitles(found.language, path, found.label), found.text.text.encode()
        report(f"subtitles {source.name}: {found.text.cues} cues, {found.encoding}")
        for broken in found.text.faults:
            report(f"subtitles {source.name}, {broken}; left out")


def bring_subtitles(film: Path, event_folder: Path, report: Callable[[str], None]) -> tuple[Subtitles, ...]:
    """Write every subtitle file of ``film`` below ``event_folder``."""
    brought: list[Subtitles] = []
    for subtitles, text in subtitles_of(film, report):
        lay_subtitles(event_folder, subtitles, text)
        brought.append(subtitles)
    return tuple(brought)
