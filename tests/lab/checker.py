"""The checker: told is within stored is within sent, nothing half-done, every file whole."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import Sha256, is_sha256
from appliance.paths import Paths, Service
from appliance.store.audience_rows import AudienceRows
from appliance.store.database import Database
from appliance.store.integrity import faults
from appliance.store.show_rows import ShowRows
from appliance.sync.media import MediaDesk
from cache.block_file import media_path, read_blocks
from lab.letting_in import half_done


@dataclass(frozen=True)
class Told:
    """What the outside knows: from the lines that an act told."""

    sent: frozenset[str]
    told: frozenset[str]
    refused: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, lines: Iterable[str]) -> Told:
        words = [line.split() for line in lines]
        return cls(
            frozenset(line[1] for line in words if line[0] == "sent"),
            frozenset(line[1] for line in words if line[0] == "told"),
            tuple((line[1], line[2]) for line in words if line[0] == "refused"),
        )


def audience(root: Path, outside: Told) -> Iterator[str]:
    """Sign-ups: attendee, receipt, wording, fact and sealed row, all or none."""
    AudienceRows.owner(Paths(root)).database.close()  # as the portal starts again
    with _rows(Paths(root).database(Service.PORTAL)) as query:
        yield from _sets(outside, [row[0] for row in query("SELECT id FROM attendee")])
        people = query("SELECT count(*) FROM attendee")[0][0]
        for what, sql in (
            ("receipts", "SELECT count(DISTINCT attendee) FROM consent_receipt"),
            ("facts", "SELECT count(*) FROM outbox WHERE lane = 'facts' AND kind = 'signed_up'"),
            ("sealed rows", "SELECT count(*) FROM outbox WHERE lane = 'people'"),
            ("purposes", "SELECT count(*) FROM consent_given"),
            ("wordings", "SELECT count(*) FROM consent_receipt JOIN wording ON sha256 = wording"),
        ):
            found = query(sql)[0][0]
            if found != people:
                yield f"half-done: {people} attendees, {found} {what}"


def claims(root: Path, outside: Told) -> Iterator[str]:
    """Claims: the unit and its fact, both or none."""
    AudienceRows.owner(Paths(root)).database.close()
    with _rows(Paths(root).database(Service.PORTAL)) as query:
        yield from _sets(outside, [row[0] for row in query("SELECT nonce FROM claim")])
        units = {row[0] for row in query("SELECT id FROM claim")}
        facts = {
            json.loads(row[0])["claim"]
            for row in query("SELECT body FROM outbox WHERE kind = 'drop_claimed'")
        }
        if units != facts:
            yield f"half-done: {len(units)} claims, {len(facts)} facts, not the same"


def media(root: Path, outside: Told) -> Iterator[str]:
    """Films: what lies under a final name is whole at once, what is listed is there, nothing is half-done."""
    paths = Paths(root)
    yield from _damaged(paths.media)
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    MediaDesk(paths, database, RealClock())  # as sync starts again: it clears up
    database.close()
    with _rows(paths.database(Service.SYNC)) as query:
        listed = query("SELECT sha256, name FROM medium")
    yield from _sets(outside, [Path(row[1]).stem for row in listed])
    yield from _damaged(paths.media)
    for sha256, name in listed:
        if not media_path(paths.media, Sha256(sha256)).is_file():
            yield f"listed as ready and not there: {name}"
        elif not _has_blocks(paths.media, Sha256(sha256)):
            yield f"its block hashes are damaged: {name}"
    left = [path.name for path in (paths.media / "incoming").rglob("*") if path.is_file()]
    if left:
        yield f"half-done imports left: {left}"


def show(root: Path, outside: Told) -> Iterator[str]:
    """GO: the step with all its facts and cues, or none; each visit entered once."""
    ShowRows.owner(Paths(root)).database.close()
    with _rows(Paths(root).database(Service.SHOW)) as query:
        steps = query("SELECT nonce, visit FROM step WHERE nonce IS NOT NULL ORDER BY seq")
        yield from _sets(outside, [row[0] for row in steps])
        entered = [
            json.loads(row[0])["visit"]
            for row in query("SELECT body FROM outbox WHERE kind = 'item_entered'")
        ]
        visits = [
            row[0]
            for row in query("SELECT DISTINCT visit FROM step WHERE visit > 0 AND phase != 'over' ORDER BY 1")
        ]
        if entered != visits:
            yield f"half-done: visits {visits}, facts of {entered}"
        fired = query("SELECT count(*) FROM cue_fired")[0][0]
        facts = query("SELECT count(*) FROM outbox WHERE kind = 'cue_fired'")[0][0]
        if fired != facts:
            yield f"half-done: {fired} cues fired, {facts} facts"


def door(root: Path, outside: Told) -> Iterator[str]:
    """Acts at the door: the act, its fact, and a walk-in's pass, all or none."""
    AudienceRows.owner(Paths(root)).database.close()
    with _rows(Paths(root).database(Service.PORTAL)) as query:
        yield from _sets(outside, [row[0] for row in query("SELECT nonce FROM door_act")])
        yield from half_done(query)


CHECKS: dict[str, Callable[[Path, Told], Iterator[str]]] = {
    "signing_up": audience,
    "claiming": claims,
    "importing": media,
    "going": show,
    "letting_in": door,
}


def violations(act: str, root: Path, outside: Told) -> list[str]:
    """All that is wrong on the box at ``root``; a file that does not open any more is one line."""
    wrong = []
    try:
        wrong += CHECKS[act](root, outside)
    except Exception as fault:  # noqa: BLE001 whatever keeps the box from starting is the finding
        wrong.append(f"does not start again: {type(fault).__name__} {fault}")
    wrong += [f"{path.name}: {fault}" for path in root.glob("*.db") for fault in faults(path)]
    return wrong


def _sets(outside: Told, stored: list[str]) -> Iterator[str]:
    kept = Counter(stored)
    for lost in sorted(outside.told - set(kept)):
        yield f"lost: {lost[:12]} was told that it is saved"
    for unknown in sorted(set(kept) - outside.sent):
        yield f"from nowhere: {unknown[:12]} was never sent"
    for double in sorted(name for name, times in kept.items() if times > 1):
        yield f"double: {double[:12]}"


Query = Callable[[str], list[tuple[object, ...]]]


@contextmanager
def _rows(path: Path) -> Iterator[Callable[[str], list[tuple]]]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        yield lambda sql: connection.execute(sql).fetchall()


def _damaged(folder: Path) -> Iterator[str]:
    for path in folder.glob("??/*"):
        if path.is_file() and is_sha256(path.name) and _sha256(path) != path.name:
            yield f"damaged under its final name: {path.name[:12]}, {path.stat().st_size} bytes"


def _has_blocks(folder: Path, sha256: Sha256) -> bool:
    try:
        read_blocks(folder, sha256)
    except MatineeError:
        return False
    return True


def _sha256(path: Path) -> str:
    with path.open("rb") as film:
        return hashlib.file_digest(film, "sha256").hexdigest()
