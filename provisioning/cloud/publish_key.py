"""The organiser's publish key: what boxes believe is signed with it. It stays on the organiser's computer."""

from __future__ import annotations

import os
from pathlib import Path

from appliance.errors import MatineeError
from appliance.manifest.signing_minisign import MinisignSigner, make_publish_key
from cache.durable import sync_folder

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
            secret, public = make_publish_key()
            _write_new(path, secret, 0o600)
            _write_new(folder / PUBLIC, f"untrusted comment: Matinee publish key\n{public}\n".encode(), 0o644)
            sync_folder(folder)
        return MinisignSigner.parse(path.read_bytes(), path)
    except OSError as fault:
        raise MatineeError("cloud.keys_not_written", path=folder, fault=fault.strerror or fault) from fault


def _write_new(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with open(handle, "wb") as file:  # noqa: PTH123 a path can not say the mode
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
