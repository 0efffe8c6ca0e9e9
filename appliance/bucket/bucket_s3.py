"""Any S3-compatible object store as the bucket, through boto3's core."""

from __future__ import annotations

import hashlib
import io
import os
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.utils import get_environ_proxies

from appliance.bucket.bucket import Put, StoredObject, Traffic
from appliance.bucket.bucket_s3_faults import error_for, is_absent, is_present, not_s3
from appliance.bucket.bucket_s3_line import Line
from appliance.bucket.bucket_s3_parts import S3Parts
from appliance.bucket.bucket_s3_session import s3_session
from appliance.bucket.bucket_s3_signing import Signing
from appliance.bucket.layout import clean_prefix
from appliance.clock import Clock, RealClock
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.model.way_words import time_left
from cache.fetching import Progress

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client  # only type checkers have it

_CHUNK_BYTES = 1 << 20
_RANGE_PIECE_BYTES = 256 * 1024
_one_client_at_a_time = threading.Lock()
"""Sessions are not made for threads; the clients they make are."""


class S3Bucket:
    """One bucket, one prefix. Never retries by itself: whoever calls knows better when."""

    def __init__(self, settings: BucketTable, clock: Clock | None = None) -> None:
        """Nothing is contacted before the first call. ``clock``: the time of signatures, at first."""
        self._settings = settings
        self._prefix = clean_prefix(settings.prefix)
        self._signing = Signing(clock or RealClock())

    @property
    def where(self) -> str:
        """Endpoint and bucket."""
        return f"{self._settings.endpoint.rstrip('/')}/{self._settings.name}"

    def put(
        self, key: str, content: bytes | Path, content_type: str, *,
        only_if_absent: bool = False, progress: Progress | None = None,
    ) -> Put:  # fmt: skip
        """PutObject with its SHA-256, which the server checks; ``If-None-Match: *`` if ``only_if_absent``."""
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if only_if_absent else {}
        with self._faults(), _opened(content, progress) as (body, digest):
            try:
                answer = self._client.put_object(
                    Bucket=self._settings.name,
                    Key=self._prefix + key,
                    Body=body,
                    ContentType=content_type,
                    ChecksumSHA256=digest,
                    **condition,
                )
            except ClientError as fault:
                if only_if_absent and is_present(fault):
                    return Put.ALREADY
                raise
        self._must_be_s3(answer)
        if answer.get("ChecksumSHA256", digest) != digest:
            raise MatineeError(
                "bucket.away", where=self.where, fault="it stored something else than was sent"
            )
        return Put.STORED

    def get(self, key: str) -> bytes:
        """GetObject; the checksum is checked where the server gives one."""
        with self._faults(key):
            answer = self._client.get_object(
                Bucket=self._settings.name, Key=self._prefix + key, ChecksumMode="ENABLED"
            )
            self._must_be_s3(answer)
            return answer["Body"].read()

    def fetch(self, key: str, into: Path) -> Path:
        """GetObject into ``into`` by way of a temporary name beside it."""
        beside = into.with_name(f".{into.name}.part")
        with self._faults(key):
            answer = self._client.get_object(
                Bucket=self._settings.name, Key=self._prefix + key, ChecksumMode="ENABLED"
            )
            self._must_be_s3(answer)
            with beside.open("wb") as file:
                for chunk in answer["Body"].iter_chunks(_CHUNK_BYTES):
                    file.write(chunk)
        return beside.replace(into)

    def read(self, key: str, offset: int, length: int) -> Iterator[bytes]:
        """GetObject of a range; what comes is not checked here, for the reader knows the hashes."""
        with self._faults(key):
            answer = self._client.get_object(
                Bucket=self._settings.name,
                Key=self._prefix + key,
                Range=f"bytes={offset}-{offset + length - 1}",
            )
            self._must_be_s3(answer)
            if not answer.get("ContentRange", "").startswith(f"bytes {offset}-"):
                raise self._is_not_s3()
            for chunk in answer["Body"].iter_chunks(_RANGE_PIECE_BYTES):
                yield chunk[:length]
                length -= len(chunk)
                if length <= 0:
                    return

    @property
    def traffic(self) -> Traffic:
        """What went over the line."""
        return self._line.traffic

    @cached_property
    def parts(self) -> S3Parts:
        """Uploads in parts."""
        return S3Parts(self._client, self._settings.name, self._prefix, self._faults, self.exists)

    def exists(self, key: str) -> bool:
        """HeadObject."""
        with self._faults():
            try:
                answer = self._client.head_object(Bucket=self._settings.name, Key=self._prefix + key)
            except ClientError as fault:
                if is_absent(fault):
                    return False
                raise
            self._must_be_s3(answer)
        return True

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """ListObjectsV2, page by page."""
        with self._faults():
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._settings.name, Prefix=self._prefix + prefix
            )
            for page in pages:
                if "IsTruncated" not in page:
                    raise self._is_not_s3()
                for found in page.get("Contents", ()):
                    yield StoredObject(found["Key"].removeprefix(self._prefix), found["Size"])

    @property
    def settings(self) -> BucketTable:
        """What it was made of, keys too."""
        return self._settings

    def full_key(self, key: str) -> str:
        """``key`` as the server knows it."""
        return self._prefix + key

    @contextmanager
    def client(self) -> Iterator[S3Client]:
        """What only S3 can do; its faults become ours."""
        with self._faults():
            yield self._client

    @cached_property
    def _client(self) -> S3Client:
        with _one_client_at_a_time:
            client = self._new_client()
        self._line.carry(client.meta.events)
        self._signing.sign(client.meta.events)
        client.meta.events.register_last("before-parameter-build.s3", _never_redirect)
        return client

    def _new_client(self) -> S3Client:
        settings = self._settings
        client = s3_session().create_client(
            "s3",
            endpoint_url=settings.endpoint,
            region_name=settings.region,
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret_key,
            config=Config(
                retries={"total_max_attempts": 1},
                request_checksum_calculation="when_required",  # we send SHA-256 ourselves
                signature_version="s3v4",  # else forms would be signed as nobody takes them any more
                s3={"addressing_style": "path"},
            ),
        )
        return cast("S3Client", client)

    @cached_property
    def _line(self) -> Line:
        return Line(os.environ.get("AWS_CA_BUNDLE", ""), get_environ_proxies(self._settings.endpoint))

    def _must_be_s3(self, answer: Any) -> None:  # noqa: ANN401 each call has its own typed dictionary
        if not answer.get("ETag"):
            raise self._is_not_s3()

    def _is_not_s3(self) -> MatineeError:
        """A hotel's login page says 200 to everything, too."""
        return not_s3(self.where)

    @contextmanager
    def _faults(self, key: str = "") -> Iterator[None]:
        try:
            yield
        except ClientError as fault:
            if self._signing.learn(fault):
                apart = time_left(abs(self._signing.ahead).total_seconds())
                words = f"its clock and this box's differ by {apart}; it is asked again by its own time"
                raise MatineeError("bucket.away", where=self.where, fault=words) from fault
            raise error_for(fault, self.where, key) from fault
        except (BotoCoreError, ValueError) as fault:  # ValueError: an endpoint that is no URL
            raise error_for(fault, self.where, key) from fault


def _never_redirect(context: dict[str, Any], **_: object) -> None:
    """Keep botocore from asking for the bucket's region: a login page's redirect makes it ask for ever."""
    context.get("s3_redirect", {})["redirected"] = True


class _Watched(io.BufferedReader):
    """A file that tells how far it was read."""

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(io.FileIO(path))
        self._progress = progress
        self._size = path.stat().st_size
        self._next_tell = 0

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        at = self.tell()
        if at >= self._next_tell or at == self._size:
            self._next_tell = at + _RANGE_PIECE_BYTES
            self._progress(at, self._size)
        return piece

    def seek(self, target: int, whence: int = 0, /) -> int:
        self._next_tell = 0  # it is signed first, then sent
        return super().seek(target, whence)


@contextmanager
def _opened(content: bytes | Path, progress: Progress | None) -> Iterator[tuple[Any, str]]:
    """Give what botocore sends, and its SHA-256 as S3 writes it."""
    if isinstance(content, bytes):
        yield content, _base64(hashlib.sha256(content).digest())
        return
    with content.open("rb") as file:
        digest = _base64(hashlib.file_digest(file, "sha256").digest())
        file.seek(0)
        if progress is None:
            yield file, digest
            return
    with _Watched(content, progress) as watched:
        yield watched, digest


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode("ascii")
