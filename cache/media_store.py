"""Films on the card, by hash: a file appears under its final name only when every byte of it is safe."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from appliance.errors import MatineeError
from appliance.ids import Sha256, is_sha256, new_id
from cache import partial
from cache.block_file import blocks_beside, blocks_path, media_path, read_blocks, read_name, write_blocks
from cache.blocks import BLOCK_BYTES, BlockList, FilmHasher
from cache.damage import verify
from cache.durable import card_fault, sync_folder
from cache.eviction import Candidate, victims
from cache.fetching import Fetch, Patience, Progress, Tally
from cache.incoming import pieces_of, size_of, write_down
from cache.partial import Partial, Wanted
from cache.probe import Probe
from cache.repair import repair
from cache.room import Room
from cache.source import Source

__all__ = ["MediaIndex", "MediaStore", "Progress", "StoredMedia", "media_path", "verify"]


@dataclass(frozen=True, slots=True)
class StoredMedia:
    """One film that is whole and verified."""

    sha256: Sha256
    name: str
    size_bytes: int
    duration_ms: int
    gain_db: float = 0.0
    """What brings its sound to the loudness that all films share; 0 while it was not measured."""
    blocks_root: str = ""
    """Root over its block hashes; empty: it came before there were any."""


class MediaIndex(Protocol):
    """The rows beside the files: written after the file on create, before it on delete."""

    def add(self, media: StoredMedia) -> None:
        """Record, durably; the same film again is no new row."""
        ...

    def all(self) -> list[StoredMedia]:
        """Every film recorded."""
        ...

    def pin(self, sha256: Sha256, event: str) -> None:
        """Record that ``event`` needs the film: it is never evicted."""
        ...

    def unpin(self, event: str) -> None:
        """``event`` needs nothing any more."""
        ...

    def candidates(self) -> list[Candidate]:
        """Every film as eviction sees it."""
        ...

    def remove(self, sha256: Sha256) -> bool:
        """Forget the film unless it is pinned, in one transaction; False if it is."""
        ...

    def damage(self, sha256: Sha256, blocks: Sequence[int]) -> None:
        """Record which blocks are damaged now; none: the film is whole again."""
        ...


class MediaStore:
    """Bytes in ``folder``, rows in ``index``. Only the owner of the index may write."""

    def __init__(
        self, folder: Path, index: MediaIndex, probe: Probe, room: Room | None = None,
        spares: Callable[[], Iterable[Candidate]] = tuple,
    ) -> None:  # fmt: skip
        """What earlier imports left unfinished is removed; what was being fetched stays.

        ``spares``: files beside the films that may go when the card is full.
        """
        self._spares = spares
        self.folder = folder
        self._index = index
        self._probe = probe
        self._room = room or Room(folder)
        self._incoming = folder / "incoming"
        self._fetching = folder / "fetching"
        self._quarantine = folder / "quarantine"
        self._naming = threading.Lock()
        self._incoming.mkdir(parents=True, exist_ok=True)
        for leftover in self._incoming.iterdir():
            leftover.unlink()

    def import_file(self, source: Path, name: str, progress: Progress | None = None) -> StoredMedia:
        """Copy, hash while copying, probe, fsync, rename, record. Nothing half-done stays.

        Raises ``media.not_found``, ``media.changed`` and what ``import_pieces`` raises.
        """
        size = size_of(source)
        try:
            with source.open("rb") as reader:
                return self.import_pieces(pieces_of(reader, size), size, name, progress)
        except OSError as fault:
            raise MatineeError("media.not_found", path=source) from fault

    def import_pieces(
        self, pieces: Iterable[bytes], size_bytes: int, name: str, progress: Progress | None = None,
        expected: Sha256 | None = None,
    ) -> StoredMedia:  # fmt: skip
        """Take a film in as it comes; ``expected`` is its hash if anybody vouches for one.

        Raises ``media.empty``, ``media.no_room``, ``media.changed`` (another length came), ``source.wrong``
        (another film came), ``media.card_fails`` or what the probe says of what is no film.
        """
        if size_bytes == 0:
            raise MatineeError("media.empty", path=name)
        self.make_room(size_bytes, name)
        coming = self._incoming / new_id()
        try:
            sha256, blocks = write_down(pieces, coming, size_bytes, name, progress)
            if expected not in {None, sha256}:
                raise MatineeError("source.wrong", where=name, fault="a hash differs")
            media = self._probed(coming, sha256, name, blocks)
            self._publish(coming, media, blocks)
        except OSError as fault:
            raise card_fault(name, fault) from fault
        finally:
            with suppress(OSError):  # what a refusing card keeps is swept at the next start
                coming.unlink(missing_ok=True)
        return media

    def fetch(
        self, wanted: Wanted, sources: Sequence[Source], progress: Progress | None = None,
        tally: Tally | None = None, patience: Patience | None = None,
    ) -> StoredMedia:  # fmt: skip
        """Bring a film from the first source that has it; what came stays on the card if it is cut off.

        Raises what the last source raised, ``media.no_room``, ``media.card_fails``, or what the probe says.
        ``tally`` is told what it cost.
        """
        known = self.get(wanted.sha256)
        if known is not None:
            return known
        self._fetching.mkdir(exist_ok=True)
        came = _allocated(self._fetching / f"{wanted.sha256}.part")
        self.make_room(max(0, wanted.size_bytes - came), wanted.name)
        with Partial(self._fetching, wanted) as coming:
            Fetch(coming, sources, progress, tally, patience).run()
        try:
            media = self._probed(coming.path, wanted.sha256, wanted.name, wanted.blocks)
            self._publish(coming.path, media, wanted.blocks)
            coming.forget()
        except OSError as fault:
            raise card_fault(wanted.name, fault) from fault
        return media

    def mend_records(self) -> None:
        """Look for films without a row and record them: the plug was pulled there, or the index was lost.

        Reads such films whole: it may take minutes. What is not what its name says goes to ``quarantine/``.
        """
        for path in sorted(self.folder.glob("??/*")):
            with self._naming:
                self._mend_record(path)
        recorded = {media.sha256 for media in self._index.all()}
        for wanted in self.unfinished() if self._fetching.is_dir() else ():
            if wanted.sha256 in recorded:
                self.abandon(wanted.sha256)

    def unfinished(self) -> list[Wanted]:
        """Films that are on their way, as the card tells it."""
        return partial.unfinished(self._fetching)

    def abandon(self, sha256: Sha256) -> None:
        """Forget what came of a film that is not wanted any more."""
        partial.forget(self._fetching, sha256)

    def get(self, sha256: Sha256) -> StoredMedia | None:
        """The film if it is recorded as whole and its file is there."""
        found = next((media for media in self._index.all() if media.sha256 == sha256), None)
        return found if found is not None and media_path(self.folder, sha256).is_file() else None

    def list(self) -> list[StoredMedia]:
        """Every film that is recorded as whole."""
        return self._index.all()

    def pin(self, sha256: Sha256, event: str) -> None:
        """Keep the film for ``event``."""
        self._index.pin(sha256, event)

    def unpin(self, event: str) -> None:
        """The event is over or was taken away."""
        self._index.unpin(event)

    def verify(self, media: StoredMedia) -> bool:
        """Read every byte again and compare; False if the file is gone or differs."""
        return verify(self.folder, media.sha256)

    def repair(self, sha256: Sha256, sources: Sequence[Source], tally: Tally | None = None) -> int:
        """Bring damaged blocks alone, and return how many there were.

        What was there is kept aside in ``quarantine/`` until the good block is durable. Raises what the
        last source raised, and ``media.no_blocks`` for a film that came before block hashes.
        """
        blocks = read_blocks(self.folder, sha256)
        path = media_path(self.folder, sha256)
        mended = repair(
            path, blocks, sources, self._quarantine, lambda bad: self._index.damage(sha256, bad), tally
        )
        self._index.damage(sha256, ())
        return mended

    def add_blocks(self, sha256: Sha256) -> bool:
        """Write a film's block hashes from its own bytes; False if these are not the film."""
        hasher = FilmHasher()
        path = media_path(self.folder, sha256)
        try:
            with path.open("rb") as film:
                while content := film.read(BLOCK_BYTES):
                    hasher.update(content)
            found, blocks = hasher.finish()
        except (OSError, ValueError):
            return False
        if found == sha256:
            write_blocks(self.folder, sha256, read_name(self.folder, sha256), blocks)
        return found == sha256

    def make_room(self, size_bytes: int, name: str) -> None:
        """Evict what may go until ``size_bytes`` fit; ``media.no_room`` if they never will."""
        if self._room.fits(size_bytes):
            return
        candidates = (*self._index.candidates(), *self._spares())
        for going in victims(candidates, self._room.short_by(size_bytes)) or ():
            if going.path is not None:
                blocks_beside(going.path).unlink(missing_ok=True)  # they prove nothing without it
                going.path.unlink(missing_ok=True)
            else:
                self._evict(going.sha256)
        if not self._room.fits(size_bytes):
            short_mb = -(-self._room.short_by(size_bytes) // 1_000_000)
            raise MatineeError("media.no_room", name=name, fault=f"{short_mb} MB are missing on the card")

    def _evict(self, sha256: Sha256) -> None:
        """Row before file; the transaction asks for pins once more."""
        if self._index.remove(sha256):
            media_path(self.folder, sha256).unlink(missing_ok=True)
            blocks_path(self.folder, sha256).unlink(missing_ok=True)
            sync_folder(self.folder / sha256[:2])

    def _probed(self, path: Path, sha256: Sha256, name: str, blocks: BlockList) -> StoredMedia:
        facts = self._probe.film(path, name)
        return StoredMedia(sha256, name, blocks.size_bytes, facts.duration_ms, facts.gain_db, blocks.root)

    def _publish(self, coming: Path, media: StoredMedia, blocks: BlockList) -> None:
        """Hashes, then the film under its name, then the row; each durable before the next."""
        with self._naming:
            write_blocks(self.folder, media.sha256, media.name, blocks)
            final = media_path(self.folder, media.sha256)
            coming.rename(final)
            sync_folder(final.parent)
            sync_folder(self.folder)
            self._index.add(media)

    def _mend_record(self, path: Path) -> None:
        """See that one name under ``media/`` is a film with a row, or is gone from there."""
        recorded = {media.sha256 for media in self._index.all()}
        film = Sha256(path.stem)
        if film in recorded or not is_sha256(film):
            return
        if path.suffix == ".blocks":
            if not path.with_suffix("").exists():
                path.unlink(missing_ok=True)
            return
        if not self.add_blocks(film):
            self._quarantine.mkdir(exist_ok=True)
            path.rename(self._quarantine / f"{film}.{new_id()}")
            return
        with suppress(MatineeError):  # it can not be looked into here and now: it stays, and is asked again
            name, blocks = read_name(self.folder, film), read_blocks(self.folder, film)
            self._index.add(self._probed(path, film, name, blocks))


def _allocated(path: Path) -> int:
    try:
        return path.stat().st_blocks * 512
    except FileNotFoundError:
        return 0
