"""What a rehearsal found, as a file by event: the console writes it, the show reads it for its card."""

from __future__ import annotations

from pathlib import Path

import msgspec

from appliance.model.rehearsal import Rehearsal

_DECODER = msgspec.json.Decoder(Rehearsal)


def rehearsal_path(folder: Path, event: str) -> Path:
    """Where that of ``event`` lies."""
    return folder / f"{event}.json"


def kept(folder: Path, event: str) -> Rehearsal:
    """The last one; a fresh one if there is none, or none that can be read."""
    try:
        return _DECODER.decode(rehearsal_path(folder, event).read_bytes())
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return Rehearsal(event)


class RehearsalNote:
    """The words of the last rehearsal of an event, read again only when the file changed."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is the box's."""
        self._folder = folder
        self._read: tuple[tuple[str, int], str] | None = None

    def words(self, event: str) -> str:
        """``rehearsed 18:42, all well``; empty: it was not, or not to its end."""
        try:
            key = (event, rehearsal_path(self._folder, event).stat().st_mtime_ns)
        except OSError:
            return ""
        if self._read is None or self._read[0] != key:
            self._read = (key, kept(self._folder, event).words)
        return self._read[1]
