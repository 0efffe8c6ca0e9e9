"""Opening people's rows with the organiser's key. What was not clearly agreed to is a no."""

from __future__ import annotations

import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from appliance.audience.consent import Act, Purpose
from appliance.audience.voices import FEEDBACK
from appliance.bucket.bucket import Bucket
from appliance.bucket.ndjson import lines
from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.sealing_age import NotOursError, open_sealed
from appliance.store.outbox import Lane
from provisioning.cloud.inbox import INBOX, Inbox, is_proven
from provisioning.cloud.objects import RowsFile, fetch_rows

_CHANGES = frozenset({Act.WITHDREW, Act.ERASED})


class SealedRow(msgspec.Struct, frozen=True):
    """One line of an object of people (CONTRACT.md)."""

    id: str
    kind: str
    at: str
    receipt: str
    sealed: str


class Person(msgspec.Struct, frozen=True):
    """What was sealed: all that somebody wrote, and the words they agreed to."""

    attendee: str = ""
    """As their pass says."""
    name: str = ""
    email: str = ""
    purposes: frozenset[str] = frozenset()
    wording: str = ""
    """SHA-256 of the words."""
    wording_version: int = 0
    wording_text: str = ""
    language: str = ""
    clock: ClockTrust = ClockTrust.NONE
    """Of the box, as they signed up."""
    double_opt_in: str = "not_asked"
    """Asked for by the organiser's own mailing, never by the box."""
    nonce: str = ""
    """On the public page: proves that ``attendee`` is theirs."""
    coming: int = 0
    """How many they said come; of the public page."""
    wants: tuple[str, ...] = ()
    """Offers they asked to keep for them, by id; of the public page."""

    def agreed(self, purpose: Purpose) -> bool:
        """Whether they said yes to it in words that are known; everything else is no."""
        return purpose in self.purposes and bool(self.wording)


class Change(msgspec.Struct, frozen=True):
    """What was sealed when somebody changed their mind."""

    attendee: str
    act: Act
    at: str
    kept: frozenset[str] = frozenset()
    """Purposes that they still agree to."""
    clock: ClockTrust = ClockTrust.NONE
    nonce: str = ""
    """On the public page: proves that ``attendee`` is theirs."""

    @property
    def erases(self) -> bool:
        """Whether they asked to be forgotten."""
        return self.act is Act.ERASED


class Comment(msgspec.Struct, frozen=True):
    """What somebody said of an evening; no name stands with it but the one they wanted under it."""

    words: str
    score: int = -1
    """0 to 10; -1: none."""
    at: str = ""
    event: str = ""
    """From the object's key, which can not lie."""
    release: str = ""
    """The sentence by which they let it be printed; empty: it may not be."""
    signed: str = ""

    @property
    def may_be_printed(self) -> bool:
        """Whether it is a testimonial, and not only said to the organiser."""
        return bool(self.release and self.words)


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
    inbox: Inbox
    """Forms of the public page: anybody may have put them there."""
    secret_key: str
    changes: list[Change] = field(default_factory=list)
    """Of mind, in the order they were found."""
    comments: list[Comment] = field(default_factory=list)
    """What people said of evenings; of the pages of boxes alone, for a pass speaks once there."""
    opened: int = 0
    not_ours: int = 0
    """Rows sealed to somebody else's key."""
    unreadable: int = 0
    """Rows that are no sealed person at all."""
    unproven: int = 0
    """Changes of mind from the public page by somebody who could not prove whose they are: not counted."""

    def __iter__(self) -> Iterator[OpenedRow]:
        """Open one by one; ``cloud.wrong_key`` at the end if the key opened none."""
        seen: set[str] = set()
        for file in self.files:
            for line in lines(file.path):
                yield from self._read(line, file.key.event, file.key.box, seen)
        for event, line in self.inbox:
            yield from self._read(line, event, INBOX, seen)
        if self.not_ours and not self.opened:
            raise MatineeError("cloud.wrong_key", count=self.not_ours)

    def _read(self, line: bytes, event: str, box: str, seen: set[str]) -> Iterator[OpenedRow]:
        row = _decode(line)
        if row is None:
            self.unreadable += 1
        elif row.id not in seen:
            seen.add(row.id)
            yield from self._open(row, event, box)

    def _open(self, row: SealedRow, event: str, box: str) -> Iterator[OpenedRow]:
        try:
            plain = open_sealed(row.sealed, self.secret_key)
            if row.kind in _CHANGES:
                self._take(msgspec.json.decode(plain, type=Change), box)
                return
            if row.kind == FEEDBACK:
                self._hear(msgspec.json.decode(plain, type=Comment), event, box)
                return
            person = msgspec.json.decode(plain, type=Person)
        except NotOursError:
            self.not_ours += 1
        except (binascii.Error, ValueError):  # msgspec's errors are ValueErrors
            self.unreadable += 1
        else:
            self.opened += 1
            if box == INBOX and not is_proven(person.attendee, person.nonce):
                person = msgspec.structs.replace(person, attendee="")
            yield OpenedRow(row, event, box, person)

    def _hear(self, comment: Comment, event: str, box: str) -> None:
        self.opened += 1
        if box != INBOX:
            self.comments.append(msgspec.structs.replace(comment, event=event))

    def _take(self, change: Change, box: str) -> None:
        """A change of mind from the public page counts only for who holds the nonce of that sign-up."""
        self.opened += 1
        if box == INBOX and not is_proven(change.attendee, change.nonce):
            self.unproven += 1
        else:
            self.changes.append(change)


def open_people(bucket: Bucket, secret_key: str, cache: Path, event: str | None = None) -> OpenedPeople:
    """Every person's row, of one event or of all; iterate to open. The cache holds sealed rows only."""
    files = fetch_rows(bucket, Lane.PEOPLE, cache, event)
    return OpenedPeople(files, Inbox(bucket, event), secret_key)


def _decode(line: bytes) -> SealedRow | None:
    try:
        return msgspec.json.decode(line, type=SealedRow)
    except (msgspec.ValidationError, msgspec.DecodeError):
        return None
