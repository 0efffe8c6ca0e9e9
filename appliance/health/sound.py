"""What the rows say against what is so: films and clips on the card, reservations, the outboxes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from itertools import chain
from pathlib import Path

from appliance.clock import RealClock
from appliance.health.issue import Issue, issue
from appliance.paths import DATABASES, Paths, Service
from appliance.store.capture_rows import CaptureRows
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.store.offer_rows import OfferRows
from appliance.store.outbox import Lane, messages_after
from appliance.store.show_rows import ShowRows
from cache.media_store import verify

_PAGE = 1000


def films(paths: Paths, now: datetime) -> list[Issue]:
    """Every film's bytes against the hash it is named by."""
    if not paths.database(Service.SYNC).exists():
        return []
    index = MediaRows(Database.open_reader(paths.database(Service.SYNC)), RealClock())
    return [
        issue("health.film_damaged", film.sha256, now, grave=True, name=film.name)
        for film in index.all()
        if not verify(paths.media, film.sha256)
    ]


def clips(paths: Paths, now: datetime) -> list[Issue]:
    """Every clip file against what was recorded of it."""
    if not paths.database(Service.CAPTURE).exists():
        return []
    files = chain.from_iterable(clip.files for clip in CaptureRows.reader(paths).clips())
    return [
        issue("health.clip_gone", file.name, now, name=file.name)
        for file in files
        if not _holds(paths.clips / file.name, file.sha256)
    ]


def offers(paths: Paths, now: datetime) -> list[Issue]:
    """No more reserved than there is."""
    if not all(paths.database(owner).exists() for owner in (Service.SHOW, Service.PORTAL)):
        return []
    loaded = ShowRows.reader(paths).loaded()
    if loaded is None:
        return []
    piles = OfferRows.reader(paths).piles(loaded.event)
    return [
        issue(
            "health.oversold",
            f"{drop.id}/{kind}" if kind else drop.id,
            now,
            grave=True,
            claims=pile.taken,
            stock=pile.stock,
            drop=drop.named(kind),
        )
        for drop in loaded.event.drops
        for kind, pile in piles[drop.id].items()
        if pile.taken > pile.stock
    ]


def outboxes(paths: Paths, now: datetime) -> list[Issue]:
    """No id stands in two files: what goes up is told apart by it."""
    seen: dict[str, str] = {}
    found: list[Issue] = []
    for owner, name in DATABASES.items():
        if not paths.database(owner).exists():
            continue
        for row in _ids(Database.open_reader(paths.database(owner))):
            first = seen.setdefault(row, name)
            if first != name:
                found.append(issue("health.outbox_twice", row, now, id=row, first=first, second=name))
    return found


def _ids(database: Database) -> list[str]:
    ids: list[str] = []
    for lane in Lane:
        seq = 0
        while page := messages_after(database, lane, seq, _PAGE):
            ids.extend(row.id for row in page)
            seq = page[-1].seq
    return ids


def _holds(path: Path, sha256: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == sha256
