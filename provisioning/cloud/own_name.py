"""Publish the certificate of the organiser's own name to one box, its key sealed to that box alone."""

from __future__ import annotations

from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import certificate_key, signature_key
from appliance.clock import Clock, ClockTrust
from appliance.errors import MatineeError
from appliance.front.examining import Examined, examined
from appliance.ids import BoxId
from appliance.manifest import own_name
from appliance.manifest.own_name import OwnName
from appliance.manifest.signing import Signer
from appliance.sealing_age import AgeSealer
from cache.durable import write_whole

_FOLDER = "boxes"


def publish_certificate(  # noqa: PLR0913 what a certificate is made of
    bucket: Bucket, signer: Signer, box: BoxId, recipient: str, clock: Clock,
    *, chain: Path, key: Path, roots: Path | None = None,
) -> Examined:  # fmt: skip
    """Check it as the box and phones will, seal, sign, put; the same again changes nothing at the box.

    ``recipient`` is what `matinee front --key` prints there. Raises ``front.certificate``,
    ``sealing.bad_recipient``, ``cloud.not_read``, and what the bucket raises.
    """
    texts = _read(chain), _read(key)
    found = examined(*texts, clock.now(), ClockTrust.PROVEN, roots, place=chain)
    sealed = AgeSealer([recipient]).seal(texts[1])
    content = own_name.encode(OwnName(own_name.FORMAT, box, found.name, texts[0].decode("ascii"), sealed))
    at = certificate_key(box)
    bucket.put(at, content, "application/json")
    bucket.put(signature_key(at), signer.sign(content, own_name.purpose(box)), "text/plain")
    return found


def remembered_recipient(folder: Path, box: BoxId, told: str) -> str:
    """Return ``told`` and remember it in the organiser's ``folder``, else what was remembered.

    So the second time, and every renewal, needs it no more. ``cloud.no_name_key`` if nothing ever was told.
    """
    path = folder / _FOLDER / f"{box}.age"
    try:
        if told:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(path, told.encode() + b"\n")
            return told
        return path.read_text("ascii").strip()
    except FileNotFoundError as fault:
        raise MatineeError("cloud.no_name_key", box=box) from fault
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=path, fault=fault.strerror or fault) from fault


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise MatineeError("cloud.not_read", path=path, fault=fault.strerror or fault) from fault
