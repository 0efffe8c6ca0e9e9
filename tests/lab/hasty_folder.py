"""A folder as a bucket that flushes nothing: for thousands of objects that a test makes and throws away."""

from __future__ import annotations

from pathlib import Path

from appliance.bucket.bucket import Progress, Put
from appliance.bucket.bucket_folder import FolderBucket


class HastyFolder(FolderBucket):
    """As the product's own, but for the flushing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder, "")
        self._hasty = folder

    def put(
        self, key: str, content: bytes | Path, content_type: str = "", *,  # noqa: ARG002 a folder's files have none
        only_if_absent: bool = False, progress: Progress | None = None,  # noqa: ARG002 nobody waits
    ) -> Put:  # fmt: skip
        path = self._hasty / key
        if only_if_absent and path.exists():
            return Put.ALREADY
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.read_bytes())
        return Put.STORED
