"""Format packs on a box: taken in, shown, taken away, and the last one that went brought back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import SLUG
from cache.durable import sync_folder, write_whole
from provisioning import format_pack, templating
from provisioning.format_pack import FormatPack
from provisioning.sticks import PluggedIn
from provisioning.templating import Template

_GONE = "gone"
"""A folder beside the packs: what was taken away last."""


def on_sticks(plugged_in: Iterable[PluggedIn]) -> list[Path]:
    """Packs at the top of sticks that the system mounted, by name."""
    folders = [stick.device for stick in plugged_in if stick.device.is_dir()]
    return sorted(
        path for folder in folders for path in folder.glob(f"*{format_pack.ENDS}") if path.is_file()
    )


class PackShelf:
    """A folder of packs, a file each, as they were signed. Every one is checked each time it is read."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first one is taken in."""
        self._folder = folder

    def all(self) -> list[FormatPack]:
        """Every pack, by its title; one that a fault of the card spoiled is passed over."""
        found = []
        for path in sorted(self._folder.glob(f"*{format_pack.ENDS}")):
            try:
                found.append(format_pack.read(path.read_bytes()))
            except (OSError, MatineeError):
                continue
        return sorted(found, key=lambda pack: pack.about.title)

    def templates(self) -> list[Template]:
        """What evenings can begin with, beside the formats that every box has."""
        return [pack.template for pack in self.all()]

    def take(self, content: bytes) -> FormatPack:
        """Keep one; a newer one of the same maker takes the old one's place.

        Raises ``pack.*``: unsigned, changed, another maker's under a name that is here, no form.
        """
        pack = format_pack.read(content)
        name = pack.about.id
        if name in {one.id for one in templating.templates()}:
            raise MatineeError("pack.name_taken", name=name)
        before = self._path(name)
        if before.exists() and format_pack.read(before.read_bytes()).about.key != pack.about.key:
            raise MatineeError("pack.other_maker", name=name)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(before, content)
        return pack

    def remove(self, name: str) -> None:
        """Take it away; ``pack.unknown``. Evenings that were begun with it stay; its pictures go with it."""
        path = self._path(name)
        if not path.exists():
            raise MatineeError("pack.unknown")
        shutil.rmtree(self._gone, ignore_errors=True)
        self._gone.mkdir(mode=0o700)
        path.rename(self._gone / path.name)
        sync_folder(self._folder)

    def removed(self) -> FormatPack | None:
        """What was taken away last, and can be brought back."""
        path = next(self._gone.glob(f"*{format_pack.ENDS}"), None)
        try:
            return format_pack.read(path.read_bytes()) if path is not None else None
        except (OSError, MatineeError):
            return None

    def undo(self) -> None:
        """Bring back what was taken away last; nothing if there is none, or its place is taken."""
        path = next(self._gone.glob(f"*{format_pack.ENDS}"), None)
        if path is not None and not (self._folder / path.name).exists():
            path.rename(self._folder / path.name)
            sync_folder(self._folder)

    def picture(self, name: str) -> bytes | None:
        """A picture of any pack: their names begin with their pack's."""
        return next((found for pack in self.all() if (found := pack.picture(name)) is not None), None)

    @property
    def _gone(self) -> Path:
        return self._folder / _GONE

    def _path(self, name: str) -> Path:
        if SLUG.fullmatch(name) is None:
            raise MatineeError("pack.unknown")
        return self._folder / f"{name}{format_pack.ENDS}"
