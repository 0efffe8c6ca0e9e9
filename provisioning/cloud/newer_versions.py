"""Hand newer Matinees out to all boxes: files into the bucket, then the signed list that names them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import NEWER_KEY, newer_key, signature_key
from appliance.errors import MatineeError
from appliance.ids import Sha256
from appliance.manifest import newer
from appliance.manifest.newer import NewerFile
from appliance.manifest.signing import Signer

_SIGNATURE = b"untrusted comment:"


def handed_out(bucket: Bucket) -> tuple[NewerFile, ...]:
    """What boxes are given now; ``content.unreadable`` if the list is damaged."""
    try:
        return newer.decode(bucket.get(NEWER_KEY))
    except MatineeError as fault:
        if fault.key == "bucket.no_object":
            return ()
        raise


def hand_out(
    bucket: Bucket, signer: Signer, files: Sequence[Path], report: Callable[[str], None] = lambda _name: None
) -> tuple[NewerFile, ...]:
    """Put ``files`` and name them, each instead of what was there for the same boards; all that is named.

    Raises ``cloud.not_newer`` before anything is put, and what the bucket raises.
    """
    given = [(path, *_read(path)) for path in files]
    others = [one for one in handed_out(bucket) if one.board not in {file.board for _, file, _ in given}]
    for path, file, signature in given:
        report(file.name)
        bucket.put(newer_key(file.name), path, "application/octet-stream")
        bucket.put(signature_key(newer_key(file.name)), signature, "text/plain")
    named = tuple(sorted((*others, *(file for _, file, _ in given)), key=lambda one: one.name))
    _name(bucket, signer, named)
    return named


def withdraw(bucket: Bucket, signer: Signer) -> None:
    """Name none: boxes bring none any more; what they have taken they keep."""
    _name(bucket, signer, ())


def _name(bucket: Bucket, signer: Signer, files: tuple[NewerFile, ...]) -> None:
    content = newer.encode(files)
    bucket.put(NEWER_KEY, content, "application/json")
    bucket.put(signature_key(NEWER_KEY), signer.sign(content, newer.PURPOSE), "text/plain")


def _read(path: Path) -> tuple[NewerFile, bytes]:
    """The file as the list names it, and the signature beside it."""
    try:
        signature = path.with_name(f"{path.name}.minisig").read_bytes()
        if not signature.startswith(_SIGNATURE) or len(signature) > newer.SIGNATURE_BYTES:
            raise MatineeError("cloud.not_newer", path=path, fault="its .minisig is no signature of minisign")
        with path.open("rb") as content:
            found = hashlib.file_digest(content, "sha256").hexdigest()
        return NewerFile(path.name, path.stat().st_size, Sha256(found)), signature
    except OSError as fault:
        why = f"{fault.filename}: {fault.strerror}"
        raise MatineeError("cloud.not_newer", path=path, fault=why) from fault
    except ValueError as fault:
        raise MatineeError("cloud.not_newer", path=path, fault=fault) from fault
