"""The organiser's publish key: what boxes believe is signed with it. It stays on the organiser's computer."""

from __future__ import annotations

import secrets
from pathlib import Path

from appliance.errors import MatineeError
from appliance.manifest.signing_minisign import MinisignSigner, make_publish_key
from cache.durable import write_whole

SECRET = "publish.key"  # noqa: S105 a file's name
PUBLIC = "publish.pub"


def ensure_publish_key(folder: Path) -> MinisignSigner:
    """The key in ``folder``, made at the first call; minisign reads both files.

    Raises ``content.bad_key``, or ``cloud.keys_not_written`` if the disk refuses.
    """
    path = folder / SECRET
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            _make(path)
        signer = MinisignSigner.parse(path.read_bytes(), path)
        if not (folder / PUBLIC).exists():
            text = f"untrusted comment: Matinee publish key\n{signer.public_key}\n"
            write_whole(folder / PUBLIC, text.encode(), 0o644)
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=folder, fault=fault.strerror or fault) from fault
    return signer


def _make(path: Path) -> None:
    """Of two who make one at the same moment the first counts, for both."""
    secret, _ = make_publish_key()
    beside = path.with_name(f".{SECRET}.{secrets.token_hex(8)}")
    write_whole(beside, secret, 0o600)
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        pass
    except OSError:  # FAT and exFAT know no second name for a file: a folder on a stick
        if not path.exists():
            beside.rename(path)
    finally:
        beside.unlink(missing_ok=True)
