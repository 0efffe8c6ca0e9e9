"""The key that a box signs clips with, and its certificate under the organiser's root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError

CLIP_KEY_FILE = "clips.pem"
"""In ``paths.keys``: private key, then the chain, leaf first; `matinee cloud certify` makes it."""

_CERTIFICATE = b"-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class ClipKey:
    """Both PEM."""

    key: bytes
    chain: bytes


def clip_key_in(folder: Path) -> ClipKey | None:
    """Return the key of this box; None: its organiser gave it none. ``audience.bad_key`` if it is damaged."""
    path = folder / CLIP_KEY_FILE
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise MatineeError("audience.bad_key", path=path) from fault
    key, mark, chain = content.partition(_CERTIFICATE)
    if b"PRIVATE KEY" not in key or not mark:
        raise MatineeError("audience.bad_key", path=path)
    return ClipKey(key, mark + chain)
