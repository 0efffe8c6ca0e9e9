"""Bring newer Matinees down into the box's folder ``updates``, where the next start looks for them.

Nothing of them is believed or run here: their own signature is checked by the read-only system at a start
(``bundles.py`` and ``slots.py`` of the image). A download goes on where it was cut off.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from appliance.bucket.bucket import Shelf
from appliance.bucket.layout import NEWER_KEY, newer_key, signature_key
from appliance.errors import MatineeError
from appliance.manifest import newer
from appliance.manifest.newer import NewerFile
from appliance.manifest.signing import Verifier
from appliance.paths import Paths
from cache.durable import card_fault, sync_folder, write_whole

LOOK_S = 3600.0
ROOM_BYTES = 512 << 20
"""So much of the card stays free: an evening goes before a newer version of the box."""
_BOARD = Path("/usr/lib/matinee/arch")
_GIVEN_UP = (Path("/data/application/bad"), Path("/data/slots/bad"))
_GRUB = Path("/boot/firmware/grub/grubenv")
_FOLDER = "updates"
_THING = "a newer Matinee"
_BROUGHT = ".brought"
"""Names of what came from the bucket, one a line: what a person laid there is theirs."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """What runs now."""

    version: str
    board: str
    """As the image says it; empty: this is no image, and nothing newer is ever brought."""
    given_up: frozenset[tuple[int, ...]] = frozenset()
    """Versions that were tried here and did not come up."""
    has_slots: bool = True
    """Whether a whole system can be written beside the one that runs."""

    def may_have(self, file: NewerFile) -> bool:
        """Whether ``file`` is for this board and newer."""
        boards = {"", self.board} if self.has_slots else {""}
        newest = file.version > newer.number(self.version)
        return newest and file.board in boards and file.version not in self.given_up


def running() -> Running:
    """Of this process."""
    board = _told(_BOARD).strip()
    bad = [word for path in _GIVEN_UP for word in _told(path).split()]
    return Running(version("matinee"), board, frozenset(map(newer.number, bad)), has_slots=_GRUB.is_file())


def _told(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""


class NewerKeeper:
    """Looks into the bucket, one file a step. Use it from one thread."""

    def __init__(
        self, paths: Paths, runs: Running, shelf: Shelf, verifier: Verifier, is_busy: Callable[[], bool],
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:  # fmt: skip
        """Nothing is contacted yet. ``is_busy``: a show runs, nothing large is brought meanwhile."""
        self._folder = paths.root / _FOLDER
        self._runs = runs
        self._shelf = shelf
        self._verifier = verifier
        self._is_busy = is_busy
        self._is_stopping = is_stopping

    def step(self) -> bool:
        """Bring one file, or go on with it; False if there is nothing to bring now.

        Raises ``content.*``, ``media.card_fails``, ``media.no_room`` and what the bucket raises; what
        came so far stays.
        """
        if not self._runs.board or self._is_busy():
            return False
        wanted = self._wanted()
        if wanted is None or not (wanted or self._folder.is_dir()):
            return False
        try:
            self._folder.mkdir(exist_ok=True)
            self._tidy({one.name for one in wanted})
            missing = next((one for one in wanted if not (self._folder / one.name).exists()), None)
            return missing is not None and self._bring(missing)
        except OSError as fault:
            raise card_fault(_THING, fault) from fault

    def _wanted(self) -> Sequence[NewerFile] | None:
        """The newest system for this board, or the newest application where that is newer still.

        Both newer than what runs, and none that was given up here. None: nobody says, so all stays as it is.
        """
        try:
            content = self._get(NEWER_KEY, newer.LARGEST)
            signature = self._get(signature_key(NEWER_KEY), newer.SIGNATURE_BYTES)
        except MatineeError as fault:
            if fault.key in {"bucket.no_object", "bucket.refused"}:
                return None  # Amazon says "refused" of what is not there to who may not list
            raise
        self._verifier.check(content, signature, newer.PURPOSE)
        ours = [one for one in newer.decode(content) if self._runs.may_have(one)]
        return sorted(ours, key=lambda one: (one.version, one.board))[-1:]

    def _bring(self, file: NewerFile) -> bool:
        """Whether it is whole now; not, if a show began or the service stops: then it goes on later."""
        part = self._folder / f".{file.name}.part"
        self._note({file.name, *self._brought()})
        signature = self._get(signature_key(newer_key(file.name)), newer.SIGNATURE_BYTES)
        if not self._read_on(file, part):
            return False
        _check(file, part)
        write_whole(self._folder / f"{file.name}.minisig", signature)
        part.rename(self._folder / file.name)
        sync_folder(self._folder)
        _log.info("newer file=%s bytes=%s", file.name, file.size_bytes)
        return True

    def _read_on(self, file: NewerFile, part: Path) -> bool:
        """From where it was cut off to the end of what the bucket gives; not to the end if it was put off."""
        with part.open("ab") as into:
            if into.tell() > file.size_bytes:
                into.truncate(0)
                into.seek(0)
            missing = file.size_bytes - into.tell()
            if shutil.disk_usage(self._folder).free < missing + ROOM_BYTES:
                raise MatineeError("content.no_room", what=file.name)
            pieces = self._shelf.read(newer_key(file.name), into.tell(), missing) if missing else ()
            for piece in pieces:
                into.write(piece)
                if self._is_stopping() or self._is_busy():
                    return False
            into.flush()
            os.fsync(into.fileno())
        return True

    def _tidy(self, wanted: set[str]) -> None:
        """What came from the bucket and is wanted no more only takes room, and time at each start."""
        brought = self._brought()
        for name in brought - wanted:
            for path in (name, f"{name}.minisig", f".{name}.part"):
                (self._folder / path).unlink(missing_ok=True)
        if brought - wanted:
            self._note(brought & wanted)

    def _note(self, names: set[str]) -> None:
        write_whole(self._folder / _BROUGHT, "".join(f"{name}\n" for name in sorted(names)).encode())

    def _brought(self) -> set[str]:
        """As noted; a name that could be no file of ours is none."""
        path = self._folder / _BROUGHT
        found = path.read_text("ascii", "replace").split() if path.exists() else []
        return {name for name in found if "/" not in name}

    def _get(self, key: str, most: int) -> bytes:
        return b"".join(self._shelf.read(key, 0, most))


def _check(file: NewerFile, part: Path) -> None:
    """``content.ended`` if some is missing; ``content.mixed``, and it is gone, if the list names another."""
    if part.stat().st_size < file.size_bytes:
        raise MatineeError("content.ended", what=file.name)
    with part.open("rb") as content:
        found = hashlib.file_digest(content, "sha256").hexdigest()
    if found != file.sha256:
        part.unlink()
        raise MatineeError("content.mixed", what=file.name)
