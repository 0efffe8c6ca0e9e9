"""A courier's file into the bucket: as if the box itself had pushed; twice is the same as once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

from appliance.bucket.bucket import Bucket
from appliance.bucket.courier_file import CourierTar
from appliance.bucket.courier_receipt import write_receipt
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.manifest.signing_minisign import MinisignSigner
from appliance.sealing_age import open_file
from cache.durable import write_whole

_FOLDER = "couriers"
_PLAIN_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of it."""

    box: BoxId
    objects: int
    fresh: int
    """How many were not in the bucket yet."""
    receipt: Path
    """What may be brought back to the box."""


def take_in(
    file: Path, secret: str, bucket: Bucket, folder: Path, signer: MinisignSigner, told: str = ""
) -> TakenIn:
    """Put what a courier brought into ``bucket``; all of it is looked at before the first object is put.

    ``secret``: the organiser's age key. ``told``: the box's courier key; remembered in the organiser's
    ``folder``. Raises ``courier.not_opened``, ``courier.forged``, ``courier.unknown_box``, ``cloud.not_read``
    and what the bucket raises; whatever was put until then stays, and doing it again completes it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with TemporaryFile(dir=folder) as plain, TemporaryDirectory(dir=folder) as scratch:
        try:
            with file.open("rb") as sealed:
                is_open = open_file(sealed, plain, secret)
        except OSError as fault:
            raise MatineeError("cloud.not_read", path=file, fault=fault.strerror or fault) from fault
        if not is_open:
            raise MatineeError("courier.not_opened", file=file.name)
        plain.seek(0)
        tar = CourierTar(plain, file.name)
        box = tar.contents.box
        tar.check(told or _remembered(folder, box, file))
        if told:
            _remember(folder, box, told)
        fresh = tar.put_into(bucket, Path(scratch) / "object")
    keys = [carried.key for carried in tar.contents.objects]
    receipt = file.with_name(f"{file.name}.receipt")
    try:
        write_whole(receipt, write_receipt(box, keys, signer).encode())
    except OSError as fault:
        raise MatineeError("cli.not_written", path=receipt, fault=fault.strerror or fault) from fault
    return TakenIn(box, len(keys), fresh, receipt)


def _remembered(folder: Path, box: BoxId, file: Path) -> str:
    try:
        return (folder / _FOLDER / f"{_safe(box, file)}.pub").read_text("ascii").strip()
    except FileNotFoundError as fault:
        raise MatineeError("courier.unknown_box", file=file.name, box=box) from fault


def _remember(folder: Path, box: BoxId, told: str) -> None:
    path = folder / _FOLDER / f"{_safe(box, folder)}.pub"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(path, told.encode() + b"\n")


def _safe(box: BoxId, file: Path) -> str:
    if not _PLAIN_NAME.fullmatch(box):
        raise MatineeError("courier.forged", file=file.name, fault="its box has no name")
    return box
