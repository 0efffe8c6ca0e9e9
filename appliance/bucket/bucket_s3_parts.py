"""Multipart uploads of an S3 server: any part again, the whole once."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import IO, TYPE_CHECKING, Any, cast

from botocore.exceptions import ClientError

from appliance.bucket.bucket import Put
from appliance.bucket.bucket_s3_faults import is_present, is_unknown_upload, not_s3
from appliance.bucket.parts import Stretch, StretchReader, md5_of, unreadable
from appliance.errors import MatineeError
from appliance.model.stored_part import StoredPart
from cache.fetching import Progress

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client  # only type checkers have it

_log = logging.getLogger(__name__)


class S3Parts:
    """Uploads of one bucket. The server proves each part by its SHA-256 before it says that it has it."""

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        prefix: str,
        faults: Callable[[], AbstractContextManager[None]],
        exists: Callable[[str], bool],
    ) -> None:
        """``faults`` makes sentences of what goes wrong; ``exists`` asks for an object."""
        self._client, self._bucket, self._prefix = client, bucket, prefix
        self._faults, self._exists = faults, exists

    def begin(self, key: str, content_type: str) -> str:
        """CreateMultipartUpload."""
        with self._faults():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket,
                Key=self._prefix + key,
                ContentType=content_type,
                ChecksumAlgorithm="SHA256",
            )
            return self._told(answer, "UploadId")

    def _told(self, answer: Mapping[str, Any], name: str) -> str:
        """What S3 always says; a hotel's page that answers 200 to everything does not."""
        told = answer.get(name)
        if not isinstance(told, str) or not told:
            raise not_s3(self._bucket)
        return told

    def put(self, key: str, upload: str, number: int, part: Stretch, progress: Progress) -> StoredPart:
        """UploadPart."""
        try:
            body = StretchReader(part, progress)
        except OSError as fault:
            raise unreadable(part.path.name, fault) from fault
        with body:
            try:
                return self._send(key, upload, number, part, body)
            except MatineeError as fault:
                if body.fault is None:
                    raise
                raise unreadable(part.path.name, body.fault) from fault

    def _send(self, key: str, upload: str, number: int, part: Stretch, body: StretchReader) -> StoredPart:
        with self._faults():
            answer = self._client.upload_part(
                Bucket=self._bucket,
                Key=self._prefix + key,
                UploadId=upload,
                PartNumber=number,
                Body=cast("IO[bytes]", body),
                ContentLength=part.length,
                ChecksumSHA256=_base64(part.sha256),
            )
            return StoredPart(self._told(answer, "ETag"), part.sha256)

    def stored(self, key: str, upload: str, number: int, part: Stretch) -> StoredPart | None:
        """ListParts of the one: by its SHA-256, else by its ETag, where that is an MD5."""
        try:
            with self._faults():
                answer = self._client.list_parts(
                    Bucket=self._bucket,
                    Key=self._prefix + key,
                    UploadId=upload,
                    PartNumberMarker=number - 1,
                    MaxParts=1,
                )
        except MatineeError as fault:
            if fault.key == "bucket.refused":
                return None
            raise
        found = next((one for one in answer.get("Parts", ()) if one.get("PartNumber") == number), None)
        if found is None or found.get("Size") != part.length:
            return None
        etag, said = found.get("ETag", ""), found.get("ChecksumSHA256")
        try:
            same = said == _base64(part.sha256) if said else etag.strip('"') == md5_of(part)
        except OSError as fault:
            raise unreadable(part.path.name, fault) from fault
        return StoredPart(etag, part.sha256) if same else None

    def complete(self, key: str, upload: str, parts: Sequence[StoredPart]) -> Put:
        """CompleteMultipartUpload with ``If-None-Match: *``."""
        named = [
            {"PartNumber": number, "ETag": part.etag, "ChecksumSHA256": _base64(part.sha256)}
            for number, part in enumerate(parts, 1)
        ]
        with self._faults():
            try:
                answer = self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=self._prefix + key,
                    UploadId=upload,
                    MultipartUpload={"Parts": named},  # type: ignore[typeddict-item] # they are
                    IfNoneMatch="*",
                )
            except ClientError as fault:
                if is_present(fault) or (is_unknown_upload(fault) and self._is_there(key)):
                    return Put.ALREADY
                raise
        if not answer.get("ETag"):
            raise not_s3(self._bucket)
        return Put.STORED

    def abort(self, key: str, upload: str) -> None:
        """AbortMultipartUpload; raises ``bucket.away`` only."""
        try:
            with self._faults():
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=self._prefix + key, UploadId=upload
                )
        except MatineeError as fault:
            if fault.key == "bucket.away":
                raise
            _log.warning("left an upload to the bucket's own rule key=%s", fault.key)

    def _is_there(self, key: str) -> bool:
        """Tell whether a complete whose answer was lost made it; False where this box may not ask."""
        try:
            return self._exists(key)
        except MatineeError as fault:
            if fault.key == "bucket.away":
                raise
            return False


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode("ascii")
