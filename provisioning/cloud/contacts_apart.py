"""Contacts of any number of people in bounded memory: rows are set apart by address, in sealed files."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from tempfile import TemporaryFile
from typing import IO

import msgspec
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from provisioning.cloud.contacts import Contact, contacts, same_address
from provisioning.cloud.people import OpenedPeople, OpenedRow

AT_ONCE = 20_000
"""So many sign-ups are settled in memory; more are set apart first."""
_PARTS = 64
_LENGTH_BYTES = 4
_SAY_EACH = 5000

_row = msgspec.msgpack.Decoder(OpenedRow)


def contacts_of(
    people: OpenedPeople,
    suppressed: Collection[str] = (),
    say: Callable[[int], None] = lambda _: None,
    at_once: int = AT_ONCE,
) -> Iterator[Contact]:
    """Every contact, as ``contacts`` makes them; ``say`` hears how many rows were read so far.

    Up to ``at_once`` sign-ups come in the order of arrival. Of more, what was opened waits in files without
    a name, sealed with a key that is never written anywhere. Raises what opening raises.
    """
    texts: dict[str, str] = {}
    held: list[OpenedRow] = []
    with ExitStack() as open_files:
        parts: Sequence[_Part] = ()
        for count, row in enumerate(people, start=1):
            if count % _SAY_EACH == 0:
                say(count)
            held.append(_slim(row, texts))
            if len(held) >= at_once:
                parts = parts or [_Part(open_files.enter_context(TemporaryFile())) for _ in range(_PARTS)]
                _set_apart(held, parts)
        if parts:
            _set_apart(held, parts)
        for rows in (part.rows(texts) for part in parts) if parts else [held]:
            yield from contacts(rows, people.changes, suppressed)


def _set_apart(held: list[OpenedRow], parts: Sequence[_Part]) -> None:
    for row in held:
        name = same_address(row.person.email) or row.row.id
        parts[zlib.crc32(name.encode("utf-8", "replace")) % len(parts)].add(row)
    held.clear()


def _slim(row: OpenedRow, texts: dict[str, str]) -> OpenedRow:
    """Without what was sealed; the words they agreed to are held once."""
    said = row.person.wording_text
    if len(texts) < _PARTS:
        texts.setdefault(said, said)
    person = msgspec.structs.replace(row.person, wording_text=texts.get(said, said))
    return replace(row, row=msgspec.structs.replace(row.row, sealed=""), person=person)


class _Part:
    """Rows of some addresses: whoever else reads this disk reads nothing."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._cipher = ChaCha20Poly1305(os.urandom(32))
        self._count = 0

    def add(self, row: OpenedRow) -> None:
        """Keep one."""
        sealed = self._cipher.encrypt(self._nonce(self._count), msgspec.msgpack.encode(row), None)
        self._file.write(len(sealed).to_bytes(_LENGTH_BYTES) + sealed)
        self._count += 1

    def rows(self, texts: dict[str, str]) -> Iterator[OpenedRow]:
        """All of them, as they came."""
        self._file.seek(0)
        for number in range(self._count):
            size = int.from_bytes(self._file.read(_LENGTH_BYTES))
            plain = self._cipher.decrypt(self._nonce(number), self._file.read(size), None)
            yield _slim(_row.decode(plain), texts)

    @staticmethod
    def _nonce(number: int) -> bytes:
        return number.to_bytes(12)
