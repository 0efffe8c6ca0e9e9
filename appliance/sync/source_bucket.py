"""The organiser's bucket as a place that films come from."""

from __future__ import annotations

from collections.abc import Iterator

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import content_key
from appliance.errors import MatineeError
from appliance.ids import Sha256


class BucketSource:
    """One published film; proven by whoever reads it."""

    def __init__(self, bucket: Bucket, sha256: Sha256) -> None:
        """Nothing is contacted yet."""
        self._bucket = bucket
        self._key = content_key(sha256)

    @property
    def where(self) -> str:
        """The bucket."""
        return self._bucket.where

    def read(self, offset: int, length: int) -> Iterator[bytes]:
        """Give a stretch of the object; the bucket's faults in the words of sources."""
        try:
            yield from self._bucket.read(self._key, offset, length)
        except MatineeError as fault:
            if fault.key == "bucket.away":
                raise MatineeError("source.away", where=self.where, fault="there is no connection") from fault
            reason = "it has no such film" if fault.key == "bucket.no_object" else "it refuses"
            raise MatineeError("source.refused", where=self.where, fault=reason) from fault
