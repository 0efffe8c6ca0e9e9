"""What one box brought into a bucket that it shares with others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from appliance.bucket.bucket import Bucket, Put, StoredObject
from appliance.bucket.layout import box_folder
from appliance.ids import BoxId
from cache.fetching import Progress


class OneBox:
    """A bucket whose listing leaves out other boxes."""

    def __init__(self, whole: Bucket, box: BoxId) -> None:
        """Nothing is contacted."""
        self._whole = whole
        self._own = box_folder(box)

    @property
    def where(self) -> str:
        """That of the whole."""
        return self._whole.where

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        """As the whole."""
        return self._whole.put(key, content, content_type, only_if_absent=only_if_absent, progress=progress)

    def get(self, key: str) -> bytes:
        """As the whole."""
        return self._whole.get(key)

    def fetch(self, key: str, into: Path) -> Path:
        """As the whole."""
        return self._whole.fetch(key, into)

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        """As the whole."""
        return self._whole.read(key, offset, length)

    def exists(self, key: str) -> bool:
        """As the whole."""
        return self._whole.exists(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """Without what other boxes wrote."""
        for found in self._whole.list(prefix):
            if not found.key.startswith("boxes/") or found.key.startswith(self._own):
                yield found
