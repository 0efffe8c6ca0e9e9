"""Films that are being sent to the box from a browser: what came of them stays, whatever breaks.

Two files each in ``uploads/``: ``<id>.part`` holds the bytes so far, and its length says how many there are;
``<id>.json`` says what it shall become. Nothing else is remembered, so a restart changes nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.ids import SLUG, new_id
from cache.durable import card_fault, sync_folder, write_whole
from cache.room import Room

KEPT = timedelta(days=2)
"""An upload that nobody went on with for so long is removed."""
_LONGEST_NAME = 200
_NO_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
"""A file from before this program was written while nobody knew the time."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One film on its way from a browser."""

    id: str
    name: str
    size_bytes: int
    done_bytes: int

    @property
    def is_whole(self) -> bool:
        """Every byte of it is here."""
        return self.done_bytes == self.size_bytes


class _Note(msgspec.Struct, frozen=True):
    """What stands in ``<id>.json``."""

    name: str
    size_bytes: int


_decoder = msgspec.json.Decoder(_Note)


class Uploads:
    """Safe to use from any thread."""

    def __init__(self, folder: Path, clock: Clock, room: Room | None = None) -> None:
        """``folder`` is made if need be; what was left alone for days is removed."""
        self._folder = folder
        self._clock = clock
        self._writing = threading.Lock()
        self._writers: dict[str, object] = {}
        folder.mkdir(parents=True, exist_ok=True)
        self._room = room or Room(folder)
        self._sweep()

    def begin(self, name: str, size_bytes: int) -> Upload:
        """Note a film that will come; ``media.empty``, or ``media.no_room`` before the first byte."""
        name = clean_name(name)
        if size_bytes <= 0:
            raise MatineeError("media.empty", path=name)
        # While it is taken in it lies on the card twice.
        short_mb = -(-self._room.short_by(2 * size_bytes) // 1_000_000)
        if short_mb:
            raise MatineeError("media.no_room", name=name, fault=f"{short_mb} MB are missing on the card")
        upload = Upload(new_id().lower(), name, size_bytes, 0)
        try:
            self.path(upload.id).touch(0o640)
            note = msgspec.json.encode(_Note(name, size_bytes))
            write_whole(self._note(upload.id), note)
        except OSError as fault:
            raise card_fault(name, fault) from fault
        return upload

    def find(self, upload: str) -> Upload:
        """How far it is; ``upload.unknown``."""
        try:
            if not SLUG.fullmatch(upload):
                raise FileNotFoundError
            note = _decoder.decode(self._note(upload).read_bytes())
            return Upload(upload, note.name, note.size_bytes, self.path(upload).stat().st_size)
        except (OSError, msgspec.MsgspecError) as fault:
            raise MatineeError("upload.unknown") from fault

    def append(self, upload: str, offset: int, pieces: Iterable[bytes]) -> Upload:
        """Put ``pieces`` at ``offset``, which must be where it ends; durable when this returns.

        Whoever appends later takes over from a connection that hangs. What came before ``pieces`` broke
        stays, whatever they raised. Raises ``upload.elsewhere``, ``upload.too_much``, ``upload.unknown``, or
        ``media.no_room`` and ``media.card_fails``.
        """
        me = object()
        with self._writing:
            found = self.find(upload)
            if found.done_bytes != offset:
                raise MatineeError("upload.elsewhere", offset=found.done_bytes)
            self._writers[upload] = me
        file = os.open(self.path(upload), os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            for piece in pieces:
                self._write(file, piece, found, me)
        finally:
            try:
                os.fdatasync(file)
            finally:
                os.close(file)
        return self.find(upload)

    def drop(self, upload: str) -> None:
        """Forget it: it has become a film, or nobody wants it; ``upload.unknown``."""
        self.find(upload)
        with self._writing:
            self._writers.pop(upload, None)
            self._remove(upload)

    def all(self) -> list[Upload]:
        """Those that are here, oldest first."""
        found = []
        for note in sorted(self._folder.glob("*.json")):
            try:
                found.append(self.find(note.stem))
            except MatineeError:
                continue
        return found

    def path(self, upload: str) -> Path:
        """Where its bytes lie."""
        return self._folder / f"{upload}.part"

    def _note(self, upload: str) -> Path:
        return self._folder / f"{upload}.json"

    def _write(self, file: int, piece: bytes, upload: Upload, me: object) -> None:
        rest = memoryview(piece)
        try:
            while rest:
                with self._writing:
                    if self._writers.get(upload.id) is not me:
                        raise MatineeError("upload.elsewhere", offset=os.fstat(file).st_size)
                    if os.fstat(file).st_size + len(rest) > upload.size_bytes:
                        raise MatineeError("upload.too_much", name=upload.name)
                    rest = rest[os.write(file, rest) :]
        except OSError as fault:
            raise card_fault(upload.name, fault) from fault

    def _remove(self, upload: str) -> None:
        """Bytes before the note: what has no note is swept."""
        self.path(upload).unlink(missing_ok=True)
        self._note(upload).unlink(missing_ok=True)
        sync_folder(self._folder)

    def _sweep(self) -> None:
        """By a clock that somebody vouches for; what came while there was none counts from now."""
        told = self._clock.trust is not ClockTrust.NONE
        now = self._clock.now()
        for path in self._folder.glob("*.part"):
            touched = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if not self._note(path.stem).exists() or (told and _NO_CLOCK < touched < now - KEPT):
                self._remove(path.stem)
            elif told and touched <= _NO_CLOCK:
                os.utime(path, (now.timestamp(), now.timestamp()))


def clean_name(name: str) -> str:
    """What a browser calls a film, as a plain file name: no folders, no control characters, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in last if letter.isprintable()).strip().lstrip(".")
    return plain[-_LONGEST_NAME:] or "film"
