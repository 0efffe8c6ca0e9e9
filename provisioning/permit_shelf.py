"""Copies of permits on the card: by evening and permit, found by nobody but staff who ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from appliance.errors import MatineeError
from appliance.ids import SLUG
from appliance.paths import Paths
from cache.durable import card_fault, write_whole
from cache.erase import erase

LARGEST_BYTES = 20_000_000
PDF = "application/pdf"
_KINDS: Mapping[bytes, tuple[str, str]] = {
    b"%PDF-": (".pdf", PDF),
    b"\xff\xd8\xff": (".jpg", "image/jpeg"),
    b"\x89PNG\r\n\x1a\n": (".png", "image/png"),
}
"""What a scanner and a phone's camera make, by how it begins: what a file is called proves nothing."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One copy."""

    path: Path
    media_type: str

    @property
    def words(self) -> str:
        """``PDF, 0.4 MB``."""
        return f"{self.path.suffix[1:].upper()}, {self.path.stat().st_size / 1e6:.1f} MB"


class PermitShelf:
    """Nothing here is sent anywhere by itself: it is no row, no fact and no part of what is published."""

    def __init__(self, paths: Paths) -> None:
        """Nothing is made before the first copy comes."""
        self._folder = paths.permits

    def find(self, event: str, permit: str) -> Kept | None:
        """The copy that belongs to it; None if there is none."""
        for suffix, media_type in _KINDS.values():
            path = self._stem(event, permit).with_suffix(suffix)
            if path.is_file():
                return Kept(path, media_type)
        return None

    def keep(self, event: str, permit: str, content: bytes) -> Kept:
        """Keep ``content`` in place of any copy before; ``permits.*`` if it is nothing that can be kept."""
        if len(content) > LARGEST_BYTES:
            raise MatineeError("permits.too_large", most=LARGEST_BYTES // 1_000_000)
        found = next((kind for begin, kind in _KINDS.items() if content.startswith(begin)), None)
        if found is None:
            raise MatineeError("permits.unknown_kind")
        path = self._stem(event, permit).with_suffix(found[0])
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, content, 0o600)
        except OSError as fault:
            raise card_fault(path.name, fault) from fault
        self._erase(event, permit, besides=path)
        return Kept(path, found[1])

    def drop(self, event: str, permit: str) -> None:
        """Overwrite the copy, and forget it; none: no fault."""
        self._erase(event, permit)

    def _erase(self, event: str, permit: str, besides: Path | None = None) -> None:
        """Of every kind: a power cut may have left the copy before beside the new one."""
        for suffix, _ in _KINDS.values():
            path = self._stem(event, permit).with_suffix(suffix)
            if path != besides:
                erase(path)

    def _stem(self, event: str, permit: str) -> Path:
        if not (SLUG.fullmatch(event) and SLUG.fullmatch(permit)):
            raise MatineeError("permits.unknown")
        return self._folder / f"{event}__{permit}"
