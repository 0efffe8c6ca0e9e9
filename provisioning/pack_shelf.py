"""Format packs on a box: taken in, shown, taken away, and the last one that went brought back."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
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
    found: list[Path] = []
    for stick in plugged_in:
        with suppress(OSError):  # it is just being pulled out
            found += [path for path in stick.device.glob(f"*{format_pack.ENDS}") if path.is_file()]
    return sorted(found)


class PackShelf:
    """A folder of packs, a file each, as they were signed. Every one is checked each time it is read."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first one is taken in."""
        self._folder = folder

    def all(self) -> list[FormatPack]:
        """Every pack without its pictures, by its title; one that the card spoiled is passed over."""
        return sorted((pack.form for pack in self._kept()), key=lambda pack: pack.about.title)

    def templates(self) -> list[Template]:
        """What evenings can begin with, beside the formats that every box has."""
        return [pack.template for pack in self.all()]

    def take(self, content: bytes) -> FormatPack:
        """Keep one; a newer one of the same maker takes the old one's place.

        One that the card spoiled is in nobody's way. Raises ``pack.*``: unsigned, changed, another maker's
        under a name that is here, a picture called like another pack's, no form.
        """
        pack = format_pack.read(content)
        name = pack.about.id
        if name in {one.id for one in templating.templates()}:
            raise MatineeError("pack.name_taken", name=name)
        path = self._path(name)
        before = _read(path)
        if before is not None and before.about.key != pack.about.key:
            raise MatineeError("pack.other_maker", name=name)
        self._require_own_pictures(pack)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, content)
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
        """What was taken away last, and can be brought back: its place is free."""
        path = next(self._gone.glob(f"*{format_pack.ENDS}"), None)
        if path is None or (self._folder / path.name).exists():
            return None
        pack = _read(path)
        return None if pack is None else pack.form

    def undo(self) -> None:
        """Bring back what was taken away last; nothing if there is none, or its place is taken."""
        path = next(self._gone.glob(f"*{format_pack.ENDS}"), None)
        if path is not None and not (self._folder / path.name).exists():
            path.rename(self._folder / path.name)
            sync_folder(self._folder)

    def picture(self, name: str) -> bytes | None:
        """A picture of any pack: their names begin with their pack's."""
        return next((pack.pictures[name] for pack in self._kept(name) if name in pack.pictures), None)

    def _kept(self, picture: str = "") -> Iterator[FormatPack]:
        """One after the other, so that one alone is in memory; only those that ``picture`` may be of."""
        for path in sorted(self._folder.glob(f"*{format_pack.ENDS}")):
            if not picture or picture.startswith(f"{path.name.removesuffix(format_pack.ENDS)}-"):
                pack = _read(path)
                if pack is not None:
                    yield pack

    def _require_own_pictures(self, pack: FormatPack) -> None:
        """``evening-2-a.png`` may be of the pack ``evening`` and of ``evening-2``: not of both at once."""
        for name in pack.pictures:
            for other in self._kept(name):
                if other.about.id != pack.about.id and name in other.pictures:
                    raise MatineeError("pack.picture_taken", name=name, other=other.about.title)

    @property
    def _gone(self) -> Path:
        return self._folder / _GONE

    def _path(self, name: str) -> Path:
        if SLUG.fullmatch(name) is None:
            raise MatineeError("pack.unknown")
        return self._folder / f"{name}{format_pack.ENDS}"


def _read(path: Path) -> FormatPack | None:
    """The pack there; None: there is none, or a fault of the card spoiled it."""
    try:
        return format_pack.read(path.read_bytes())
    except (OSError, MatineeError):
        return None
