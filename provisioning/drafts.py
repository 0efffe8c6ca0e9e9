"""Evenings that somebody is still writing: on the card after every step, with the way back."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import new_id
from cache.durable import sync_folder, write_whole

_FILE = "event.toml"
_BEFORE = "before"
_MOST_STEPS = 200
_MOST_BYTES = 256 * 1024
_ID = re.compile(r"[0-9a-z]{26}")


@dataclass(frozen=True, slots=True)
class Draft:
    """One of them."""

    id: str
    text: str
    steps: int
    """How many can be taken back."""


class Drafts:
    """A folder of drafts, a folder each. A step is a whole file, renamed into place: a cut loses one."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first one is."""
        self._folder = folder

    def all(self) -> list[Draft]:
        """Every draft, the newest first."""
        if not self._folder.is_dir():
            return []
        found = [self._read(path.name) for path in self._folder.iterdir() if (path / _FILE).is_file()]
        return sorted(found, key=lambda draft: draft.id, reverse=True)

    def make(self, text: str) -> Draft:
        """Keep a new one."""
        name = new_id().lower()
        (self._folder / name / _BEFORE).mkdir(parents=True)
        write_whole(self._folder / name / _FILE, text.encode())
        sync_folder(self._folder)
        return Draft(name, text, 0)

    def get(self, name: str) -> Draft:
        """The draft ``name``; ``draft.unknown``."""
        if _ID.fullmatch(name) is None or not (self._folder / name / _FILE).is_file():
            raise MatineeError("draft.unknown")
        return self._read(name)

    def save(self, name: str, text: str) -> Draft:
        """Write the next step; ``draft.unknown``, ``draft.too_long``."""
        before = self.get(name)
        if len(text.encode()) > _MOST_BYTES:
            raise MatineeError("draft.too_long", most=_MOST_BYTES // 1024)
        if text == before.text:
            return before
        steps = self._steps(name)
        number = int(steps[-1].stem) + 1 if steps else 1
        write_whole(self._folder / name / _BEFORE / f"{number:06}.toml", before.text.encode())
        write_whole(self._folder / name / _FILE, text.encode())
        for old in steps[: max(0, len(steps) + 1 - _MOST_STEPS)]:
            old.unlink()
        return self._read(name)

    def undo(self, name: str) -> Draft:
        """Take the last step back; nothing happens if there is none. ``draft.unknown``."""
        self.get(name)
        steps = self._steps(name)
        if steps:
            write_whole(self._folder / name / _FILE, steps[-1].read_bytes())
            steps[-1].unlink()
        return self._read(name)

    def drop(self, name: str) -> None:
        """Forget it; ``draft.unknown``."""
        self.get(name)
        shutil.rmtree(self._folder / name)

    def _read(self, name: str) -> Draft:
        text = (self._folder / name / _FILE).read_text("utf-8")
        return Draft(name, text, len(self._steps(name)))

    def _steps(self, name: str) -> list[Path]:
        return sorted((self._folder / name / _BEFORE).glob("*.toml"))
