"""Opening people's rows with the organiser's key. What was not clearly agreed to is a no."""

from __future__ import annotations

import binascii
import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec
import pyrage

from appliance.audience.consent import Purpose
from appliance.bucket.bucket import Bucket
from appliance.bucket.ndjson import lines
from appliance.errors import MatineeError
from appliance.sealing_age import open_sealed
from appliance.store.outbox import Lane
from provisioning.cloud.objects import RowsFile, fetch_rows

COLUMNS = (
    "id", "at", "event", "box", "name", "email", *Purpose,
    "wording_version", "wording", "language", "receipt",
)  # fmt: skip
"""Of the CSV; each purpose is a column with ``yes`` or ``no``."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class SealedRow(msgspec.Struct, frozen=True):
    """One line of an object of people (CONTRACT.md)."""

    id: str
    kind: str
    at: str
    receipt: str
    sealed: str


class Person(msgspec.Struct, frozen=True):
    """What was sealed: all that somebody wrote, and the words they agreed to."""

    name: str = ""
    email: str = ""
    purposes: frozenset[str] = frozenset()
    wording: str = ""
    """SHA-256 of the words."""
    wording_version: int = 0
    language: str = ""

    def agreed(self, purpose: Purpose) -> bool:
        """Whether they said yes to it in words that are known; everything else is no."""
        return purpose in self.purposes and bool(self.wording)


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """One person's row, opened."""

    row: SealedRow
    event: str
    box: str
    person: Person


@dataclass(slots=True)
class OpenedPeople:
    """Rows as they are opened, each once by its id; the counts are true once all were read."""

    files: Iterable[RowsFile]
    secret_key: str
    opened: int = 0
    not_ours: int = 0
    """Rows sealed to somebody else's key."""
    unreadable: int = 0
    """Rows that are no sealed person at all."""

    def __iter__(self) -> Iterator[OpenedRow]:
        """Open one by one; ``cloud.wrong_key`` at the end if the key opened none."""
        seen: set[str] = set()
        for file in self.files:
            for line in lines(file.path):
                row = _decode(line)
                if row is None:
                    self.unreadable += 1
                elif row.id not in seen:
                    seen.add(row.id)
                    yield from self._open(file, row)
        if self.not_ours and not self.opened:
            raise MatineeError("cloud.wrong_key", count=self.not_ours)

    def _open(self, file: RowsFile, row: SealedRow) -> Iterator[OpenedRow]:
        try:
            person = msgspec.json.decode(open_sealed(row.sealed, self.secret_key), type=Person)
        except pyrage.DecryptError:
            self.not_ours += 1
        except (binascii.Error, ValueError):  # msgspec's errors are ValueErrors
            self.unreadable += 1
        else:
            self.opened += 1
            yield OpenedRow(row, file.key.event, file.key.box, person)


def open_people(bucket: Bucket, secret_key: str, cache: Path, event: str | None = None) -> OpenedPeople:
    """Every person's row, of one event or of all; iterate to open. The cache holds sealed rows only."""
    return OpenedPeople(fetch_rows(bucket, Lane.PEOPLE, cache, event), secret_key)


def write_csv(people: Iterable[OpenedRow], file: IO[str]) -> int:
    """Write RFC 4180 with a heading; no cell is ever taken for a formula. Returns the number of people.

    ``file`` is open with ``newline=""`` and readable by its owner only: it holds names.
    """
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    count = 0
    for opened in people:
        writer.writerow([safe_cell(cell) for cell in _cells(opened)])
        count += 1
    return count


def safe_cell(text: str) -> str:
    """``text``, with an apostrophe before what a spreadsheet would carry out (OWASP, "CSV injection")."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(opened: OpenedRow) -> list[str]:
    row, person = opened.row, opened.person
    return [
        row.id,
        row.at,
        opened.event,
        opened.box,
        person.name,
        person.email,
        *("yes" if person.agreed(purpose) else "no" for purpose in Purpose),
        str(person.wording_version or ""),
        person.wording,
        person.language,
        row.receipt,
    ]


def _decode(line: bytes) -> SealedRow | None:
    try:
        return msgspec.json.decode(line, type=SealedRow)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
