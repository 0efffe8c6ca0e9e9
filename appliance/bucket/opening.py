"""From the ``[bucket]`` settings to a bucket."""

from __future__ import annotations

from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import Clock
from appliance.config import BucketTable
from appliance.errors import MatineeError


def open_bucket(settings: BucketTable, clock: Clock | None = None) -> Bucket | None:
    """The organiser's bucket, None if the box has none; nothing is contacted yet.

    ``clock``: whose time it signs by.

    Raises ``bucket.two_places`` or ``bucket.no_keys`` if the settings can not be meant.
    """
    if sum(map(bool, (settings.folder, settings.endpoint, settings.webdav))) > 1:
        raise MatineeError("bucket.two_places")
    if settings.folder:
        return FolderBucket(Path(settings.folder), settings.prefix)
    if not (settings.endpoint or settings.webdav):
        return None
    if not (settings.access_key and settings.secret_key):
        raise MatineeError("bucket.no_keys", where=settings.endpoint or settings.webdav)
    if settings.webdav:
        from appliance.bucket.bucket_webdav import WebdavBucket  # noqa: PLC0415 brings urllib3

        return WebdavBucket(settings)
    from appliance.bucket.bucket_s3 import S3Bucket  # noqa: PLC0415 botocore takes 20 MB, which others need not

    return S3Bucket(settings, clock)
