"""The courier's file: what waits on a box, under the keys it will have in the bucket, signed and sealed.

It is one age file (sealed to the organiser), in it a tar: the objects as ``000000``, ``000001`` ... and last
``contents.json``, which names them, with the box's minisign signature. So `age -d` and `tar` open it, too.
"""

from __future__ import annotations

import hashlib
import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, BinaryIO

import msgspec

from appliance.bucket.bucket import Bucket, Put
from appliance.bucket.layout import is_box_object
from appliance.errors import MatineeError
from appliance.ids import BoxId, Sha256
from appliance.manifest.signing_minisign import MinisignSigner, MinisignVerifier

PURPOSE = "matinee courier"
CONTENTS = "contents.json"
SIGNATURE = "contents.json.minisig"

_FORMAT = 1
_LIST_AND_SIGNATURE = 2
_LARGEST_CONTENTS_BYTES = 64 << 20
_PIECE_BYTES = 1 << 20


class Flaw(StrEnum):
    """What is wrong with a file, in its sentence."""

    NO_LIST = "it holds no list of contents"
    NEWER = "a newer Matinee packed it"
    SIGNATURE = "its signature is not that box's"
    MORE = "it holds other files than its list says"
    NAME = "a name in it is not one of that box's own"
    CHANGED = "a part of it is not what its list says"
    MISSING = "a part of it is missing"
    NO_FILE = "it holds what is no plain file"


class Carried(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One object in the file."""

    key: str
    size_bytes: int
    sha256: Sha256
    content_type: str


class Contents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``contents.json``."""

    format: int
    box: BoxId
    made_at: str
    """RFC 3339, UTC, by the box's clock."""
    objects: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One object to be packed."""

    key: str
    content: bytes | Path
    content_type: str


_decoder = msgspec.json.Decoder(Contents)


def write_tar(
    target: BinaryIO, box: BoxId, made_at: str, objects: Iterable[Outgoing], signer: MinisignSigner
) -> Contents:
    """Write the tar that is to be sealed; objects are read one by one."""
    carried = []
    with tarfile.open(fileobj=target, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for number, one in enumerate(objects):
            carried.append(_add_object(tar, f"{number:06d}", one))
        contents = Contents(_FORMAT, box, made_at, tuple(carried))
        body = msgspec.json.encode(contents)
        _add(tar, CONTENTS, io.BytesIO(body), len(body))
        signature = signer.sign(body, PURPOSE)
        _add(tar, SIGNATURE, io.BytesIO(signature), len(signature))
    return contents


class CourierTar:
    """The opened tar, believed in nothing until ``check`` was called."""

    def __init__(self, file: BinaryIO, name: str) -> None:
        """Raises ``courier.forged`` for what is no such tar; ``name`` is for sentences."""
        self._name = name
        try:
            self._tar = tarfile.open(fileobj=file, mode="r:")  # noqa: SIM115 as long-lived as this
            self._members = self._tar.getmembers()
            self._body = self._small(CONTENTS, -2)
            self._signature = self._small(SIGNATURE, -1)
            self.contents = _decoder.decode(self._body)
        except (tarfile.TarError, EOFError, OverflowError, ValueError, msgspec.MsgspecError) as fault:
            raise self._forged(Flaw.NO_LIST) from fault
        if self.contents.format != _FORMAT:
            raise self._forged(Flaw.NEWER)

    def check(self, key: str) -> None:
        """Believe it whole: signature by ``key``, names, sizes, hashes; else raise ``courier.forged``."""
        try:
            MinisignVerifier((key,)).check(self._body, self._signature, PURPOSE)
        except MatineeError as fault:
            raise self._forged(Flaw.SIGNATURE) from fault
        names = [f"{number:06d}" for number in range(len(self.contents.objects))]
        if [member.name for member in self._members] != [*names, CONTENTS, SIGNATURE]:
            raise self._forged(Flaw.MORE)
        for number, carried in enumerate(self.contents.objects):
            if not is_box_object(self.contents.box, carried.key):
                raise self._forged(Flaw.NAME)
            if self._digest(number) != (carried.size_bytes, carried.sha256):
                raise self._forged(Flaw.CHANGED)

    def put_into(self, bucket: Bucket, scratch: Path) -> int:
        """Put every object as the box itself would; returns how many were not there before.

        An object passes through the file ``scratch``. Raises what the bucket raises; then do it again.
        """
        fresh = 0
        for number, carried in enumerate(self.contents.objects):
            with self._opened(self._members[number]) as source, scratch.open("wb") as target:
                while piece := source.read(_PIECE_BYTES):
                    target.write(piece)
            done = bucket.put(carried.key, scratch, carried.content_type, only_if_absent=True)
            fresh += done is Put.STORED
        return fresh

    def _small(self, name: str, place: int) -> bytes:
        if len(self._members) < _LIST_AND_SIGNATURE:
            raise self._forged(Flaw.NO_LIST)
        member = self._members[place]
        if member.name != name or member.size > _LARGEST_CONTENTS_BYTES:
            raise self._forged(Flaw.NO_LIST)
        with self._opened(member) as file:
            return file.read()

    def _digest(self, number: int) -> tuple[int, str]:
        digest, size = hashlib.sha256(), 0
        try:
            with self._opened(self._members[number]) as file:
                while piece := file.read(_PIECE_BYTES):
                    digest.update(piece)
                    size += len(piece)
        except tarfile.TarError as fault:
            raise self._forged(Flaw.MISSING) from fault
        return size, digest.hexdigest()

    def _opened(self, member: tarfile.TarInfo) -> IO[bytes]:
        file = self._tar.extractfile(member) if member.isreg() and not member.issparse() else None
        if file is None:
            raise self._forged(Flaw.NO_FILE)
        return file

    def _forged(self, flaw: Flaw) -> MatineeError:
        return MatineeError("courier.forged", file=self._name, fault=flaw)


class _Hashing:
    """A file that is hashed while tar reads it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _add_object(tar: tarfile.TarFile, name: str, one: Outgoing) -> Carried:
    with io.BytesIO(one.content) if isinstance(one.content, bytes) else one.content.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        hashing = _Hashing(file)
        _add(tar, name, hashing, size)
    return Carried(one.key, size, Sha256(hashing.digest.hexdigest()), one.content_type)


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes] | _Hashing, size: int) -> None:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o600
    tar.addfile(member, file)
