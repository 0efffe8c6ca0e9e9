"""A film goes up in parts: killed anywhere, it goes on after the last whole one."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from appliance.bucket.parts import Parts, Stretch
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.model.stored_part import StoredPart
from cache.durable import write_whole
from cache.fetching import Progress

PART_BYTES = 8 << 20
_MOST_PARTS = 9000
"""S3 takes 10,000."""
_KIND = "application/octet-stream"


class _Going(msgspec.Struct, frozen=True):
    """What was sent so far; lies in the organiser's folder until the film is whole."""

    where: str
    key: str
    upload: str
    part_bytes: int
    parts: tuple[StoredPart, ...] = ()


_decoder = msgspec.json.Decoder(_Going)


class FilmParts:
    """Puts films, one at a time. What is noted is never believed further than the server goes along."""

    def __init__(self, parts: Parts, where: str, folder: Path, progress: Progress | None) -> None:
        """``where`` names the bucket: a note of another one is not for this. ``folder`` holds the notes."""
        self._parts, self._where = parts, where
        self._folder = folder
        self._progress = progress

    @staticmethod
    def is_worth_it(path: Path) -> bool:
        """Whether a cut would cost more than a part."""
        return path.stat().st_size > PART_BYTES

    def put(self, key: str, path: Path, digest: Sha256) -> None:
        """Put ``path``, whose SHA-256 is ``digest``; raises what a put raises."""
        note, size = self._folder / f"{digest}.json", path.stat().st_size
        part_bytes = max(PART_BYTES, -(-size // _MOST_PARTS))
        going = self._noted(note, key, part_bytes)
        try:
            for number in range(len(going.parts) if going else 0, -(-size // part_bytes)):
                if going is None:
                    going = _Going(self._where, key, self._parts.begin(key, _KIND), part_bytes)
                stored = self._part(going, number, path, size)
                going = msgspec.structs.replace(going, parts=(*going.parts, stored))
                write_whole(note, msgspec.json.encode(going), 0o600)
            if going is not None:
                self._parts.complete(key, going.upload, going.parts)
        except MatineeError as fault:
            if fault.key == "bucket.no_upload":  # the server forgot it: begins anew at the next try
                note.unlink(missing_ok=True)
                raise MatineeError("bucket.away", where=self._where, fault=fault.sentence) from fault
            raise
        note.unlink(missing_ok=True)

    def _part(self, going: _Going, number: int, path: Path, size: int) -> StoredPart:
        offset = number * going.part_bytes
        length = min(going.part_bytes, size - offset)
        with path.open("rb") as film:
            film.seek(offset)
            digest = sha256(film.read(length)).digest()

        def tell(done: int, _: int) -> None:
            if self._progress is not None:
                self._progress(offset + done, size)

        stretch = Stretch(path, offset, length, digest)
        return self._parts.put(going.key, going.upload, number + 1, stretch, tell)

    def _noted(self, note: Path, key: str, part_bytes: int) -> _Going | None:
        """What an earlier try got to, if it was for this very place."""
        note.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            going = _decoder.decode(note.read_bytes())
        except (OSError, msgspec.MsgspecError):
            return None
        return going if (going.where, going.key, going.part_bytes) == (self._where, key, part_bytes) else None
