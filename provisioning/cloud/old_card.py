"""What an old card still holds, copied onto a new one: films by their hash, files of rows made whole."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import EventId, Sha256, is_sha256
from appliance.manifest.event_folder import laid_packing
from appliance.paths import DATABASES, Paths, Service
from appliance.store import integrity
from appliance.store.database import Database
from appliance.store.salvage import salvage
from appliance.sync.fence import CARD_FILE
from cache.block_file import blocks_path, media_path
from cache.durable import card_fault, write_whole

_PLACES = ("", "matinee", "lib/matinee", "var/lib/matinee")
"""Where the box's folder lies in what a person calls the card."""
_AS_IT_IS = ("clips", "segments", "copy", "keys", "permits", "drafts", "rehearsals", "hooks")
_NOTES = ("till.json",)
_PIECE_BYTES = 1 << 20

Report = Callable[[str], None]


class _UnreadableError(Exception):
    """The old card does not give it, or not what it was."""


@dataclass(slots=True)
class Carried:
    """What came over."""

    films: int = 0
    files: int = 0
    events: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """What could not be read any more, or was not what it was; by its name."""
    mended: list[str] = field(default_factory=list)
    """Files of rows that were damaged: what could be read of them came over."""


def find_card(place: Path) -> Paths:
    """The box's folder on an old card that is mounted at ``place``; ``restore.no_card`` if there is none."""
    for inner in _PLACES:
        paths = Paths(place / inner)
        try:
            if paths.config_file.is_file() or any(paths.database(owner).is_file() for owner in DATABASES):
                return paths
        except OSError:
            continue
    raise MatineeError("restore.no_card", path=place)


def carry_over(old: Paths, new: Paths, report: Report) -> Carried:
    """Copy all but settings, sockets and what can be made again; doing it again completes it.

    Nothing on the old card is changed. Raises ``media.no_room`` or ``media.card_fails`` for the new one.
    """
    done = Carried()
    report("films")
    for film in _files(old.media, done):
        if is_sha256(film.name) and film == media_path(old.media, Sha256(film.name)):
            _carry_film(film, old, new, done)
    report("events, clips, keys")
    for folder in _entries(old.events, done):
        _carry_event(folder, new, done)
    for name in _AS_IT_IS:
        for path in _files(old.root / name, done):
            if path != old.keys / CARD_FILE:
                done.files += _carry(path, new.root / name / path.relative_to(old.root / name), done)
    for note in _NOTES:
        if (old.root / note).is_file():
            done.files += _carry(old.root / note, new.root / note, done)
    report("what was written down: people, sales, what waits for the bucket")
    for owner in DATABASES:
        _carry_rows(old, new, owner, done)
    return done


def _carry_film(film: Path, old: Paths, new: Paths, done: Carried) -> None:
    into = media_path(new.media, Sha256(film.name))
    if not into.exists() and not _carry(film, into, done, sha256=film.name):
        return
    beside = blocks_path(old.media, Sha256(film.name))
    if beside.is_file():
        _carry(beside, blocks_path(new.media, Sha256(film.name)), done)
    done.films += 1


def _carry_event(folder: Path, new: Paths, done: Carried) -> None:
    """An event whose films are not all here is left: if it was published, it comes from the bucket."""
    try:
        packing = laid_packing(folder.parent, EventId(folder.name)) if folder.is_dir() else None
    except OSError:
        done.lost.append(folder.name)
        return
    if packing is None:
        _entries(folder, done)  # no event, or one that gives nothing any more: that is noted
        return
    if not all(media_path(new.media, film.sha256).is_file() for film in packing.media):
        done.lost.append(folder.name)
        return
    for path in _files(folder, done):
        done.files += _carry(path, new.events / folder.name / path.relative_to(folder), done)
    done.events.append(folder.name)


def _carry_rows(old: Paths, new: Paths, owner: Service, done: Carried) -> None:
    source, target = old.database(owner), new.database(owner)
    if not source.is_file():
        return
    log = source.with_name(f"{source.name}-wal")
    for stale in ("-wal", "-shm"):
        target.with_name(f"{target.name}{stale}").unlink(missing_ok=True)
    if not _carry(source, target, done) or (log.is_file() and not _carry(log, _beside(target), done)):
        return
    if integrity.faults(target):
        salvage(target, owner)
        done.mended.append(target.name)
    else:
        Database.open_owner(target, owner).close()
    done.files += 1


def _beside(database: Path) -> Path:
    return database.with_name(f"{database.name}-wal")


def _carry(source: Path, target: Path, done: Carried, sha256: str = "") -> bool:
    """Copy one file whole; False, and noted as lost, if the old card does not give it."""
    digest = hashlib.sha256()

    def write(into: Path) -> None:
        with into.open("r+b") as fresh:
            for piece in _pieces(source):
                fresh.write(piece)
                digest.update(piece)
        if sha256 and digest.hexdigest() != sha256:
            raise _UnreadableError

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_whole(target, write, _mode(source))
    except _UnreadableError:
        done.lost.append(source.name)
        return False
    except OSError as fault:
        raise card_fault(source.name, fault) from fault
    return True


def _pieces(source: Path) -> Iterator[bytes]:
    try:
        with source.open("rb") as old:
            while piece := old.read(_PIECE_BYTES):
                yield piece
    except OSError as fault:
        raise _UnreadableError from fault


def _files(folder: Path, done: Carried) -> Iterator[Path]:
    """Plain files below ``folder``; no links are followed, for a card may hold anything."""
    for path in _entries(folder, done):
        try:
            kind = path.lstat().st_mode
        except OSError:
            done.lost.append(path.name)
            continue
        if stat.S_ISDIR(kind):
            yield from _files(path, done)
        elif stat.S_ISREG(kind):
            yield path


def _entries(folder: Path, done: Carried) -> list[Path]:
    """What lies in ``folder``; one that can not be read any more is noted as lost."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError:
        done.lost.append(f"{folder.name}/")
        return []


def _mode(source: Path) -> int:
    return 0o600 if source.parent.name == "keys" else 0o640
