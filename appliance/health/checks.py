"""The checks: pure judgements of what was looked at, and the two rounds that look."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime
from itertools import chain
from pathlib import Path

from appliance.clock import Clock, RealClock
from appliance.errors import MatineeError
from appliance.health import sound
from appliance.health.issue import Issue, issue
from appliance.paths import DATABASES, Paths, Service
from appliance.store import integrity
from appliance.store.database import Database

LOW_BYTES = 1_000_000_000
"""Less free than this is worth a word: a long film no longer fits, and clips soon will not."""

_GRAVE_BYTES = 100_000_000
_GRAVE_SERVICES = frozenset({Service.SHOW, Service.PLAYER})


def services(answers: Mapping[Service, bool], now: datetime) -> list[Issue]:
    """Judge who answered."""
    return [
        issue(
            "health.service_away",
            service,
            now,
            grave=service in _GRAVE_SERVICES,
            service=service.value.capitalize(),
        )
        for service, up in answers.items()
        if not up
    ]


def disk(free_bytes: int, now: datetime) -> list[Issue]:
    """Judge the room on the card."""
    if free_bytes >= LOW_BYTES:
        return []
    free = f"{free_bytes / 1e6:.0f} MB"
    return [issue("health.disk_low", "card", now, grave=free_bytes < _GRAVE_BYTES, free=free)]


def rows(faults: Mapping[str, Iterable[str]], now: datetime) -> list[Issue]:
    """Judge what SQLite found, by file."""
    return [
        issue("health.damaged", file, now, grave=True, file=file, fault=fault)
        for file, found in faults.items()
        for fault in found
    ]


def run_checks(
    paths: Paths, answers: Mapping[Service, bool] | None = None, clock: Clock | None = None
) -> list[Issue]:
    """The quick round, for a page: who answers, room on the card, each file at a glance.

    ``answers`` says which services were asked and whether they answered; None: nobody was asked.
    """
    now = (clock or RealClock()).now()
    return [
        *services(answers or {}, now),
        *disk(free_bytes(paths), now),
        *chain.from_iterable(_glance(paths.root / name, now) for name in DATABASES.values()),
    ]


def deep_check(paths: Paths, clock: Clock | None = None) -> list[Issue]:
    """The thorough round, for `matinee check`: every row, every byte of every film and clip.

    Takes minutes.
    """
    now = (clock or RealClock()).now()
    whole = {
        name: integrity.faults(paths.database(owner))
        for owner, name in DATABASES.items()
        if paths.database(owner).exists()
    }
    damaged = rows(whole, now)
    if damaged:
        return damaged  # what damaged rows say of films and clips can not be believed
    return [
        *disk(free_bytes(paths), now),
        *sound.films(paths, now),
        *sound.clips(paths, now),
        *sound.offers(paths, now),
        *sound.outboxes(paths, now),
    ]


def free_bytes(paths: Paths) -> int:
    """Room on the card that holds the root."""
    return shutil.disk_usage(paths.root).free


def _glance(path: Path, now: datetime) -> list[Issue]:
    """Read one page of the file, through SQLite: the thorough round reads it all.

    Never open such a file by hand in a process that uses it: closing it drops all locks of the process on it
    (sqlite.org/howtocorrupt.html, 2.2); when its owner then stops, who reads here is left with deleted files.
    """
    try:
        with closing(Database.open_reader(path)) as database:
            database.query("PRAGMA schema_version")
    except MatineeError as fault:
        if fault.key == "store.missing":
            return []  # its owner has not run yet
        kind = "health.damaged" if fault.key == "store.damaged" else "health.unreadable"
        words = fault.facts.get("fault", fault.sentence)
        return [issue(kind, path.name, now, grave=True, file=path.name, fault=words)]
    return []
