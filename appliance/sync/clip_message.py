"""What capture wrote into the outbox about a clip that may leave the box."""

from __future__ import annotations

from pathlib import PurePath

import msgspec

from appliance.ids import is_sha256

_ORDER = (".mp4", ".jpg", ".vtt", ".json")
_TYPES = {".mp4": "video/mp4", ".jpg": "image/jpeg", ".vtt": "text/vtt", ".json": "application/json"}


class ClipPart(msgspec.Struct, frozen=True):
    """One file in the clips folder."""

    name: str
    """``<clip>.<cut>.mp4``, ``.jpg`` or ``.json``; ``<clip>.<cut>.<when>.vtt``."""
    sha256: str
    part_bytes: int = 0
    """How long a part is whose digest is known; 0: none is."""
    parts: tuple[str, ...] = ()
    """SHA-256 of each part, found while the whole was hashed."""

    @property
    def digests(self) -> tuple[bytes, ...]:
        """The same as bytes; none if one is no digest."""
        return tuple(bytes.fromhex(part) for part in self.parts) if all(map(is_sha256, self.parts)) else ()


class ClipMessage(msgspec.Struct, frozen=True):
    """The body of a row in the clips lane; what else is in it is for others."""

    files: tuple[ClipPart, ...]


_decoder = msgspec.json.Decoder(ClipMessage)


def decode_clip(body: str) -> tuple[ClipPart, ...]:
    """The clip's files in the order in which they go up: the description last. None if it can not be read."""
    try:
        files = _decoder.decode(body).files
    except (msgspec.ValidationError, msgspec.DecodeError):
        return ()
    if not all(_is_plain(file.name) for file in files):
        return ()
    return tuple(sorted(files, key=lambda file: (_ORDER.index(PurePath(file.name).suffix), file.name)))


def content_type(name: str) -> str:
    """What ``name`` is served as."""
    return _TYPES[PurePath(name).suffix]


def _is_plain(name: str) -> bool:
    return PurePath(name).name == name and not name.startswith(".") and PurePath(name).suffix in _ORDER
