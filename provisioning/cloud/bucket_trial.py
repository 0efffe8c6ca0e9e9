"""Trying a bucket before anything is trusted to it: what one writes there must come back."""

from __future__ import annotations

from pathlib import Path

from appliance.bucket.opening import open_bucket
from appliance.config import BucketTable
from appliance.errors import MatineeError
from appliance.ids import new_id

TRIAL = "published/trial.txt"
"""One small object, written over at each trial."""


def try_bucket(settings: BucketTable) -> str:
    """Write, read and list; return where it is, for people.

    Raises ``organiser.no_place`` for settings that name none, ``organiser.no_folder``,
    ``organiser.other_came_back`` for a place that
    loses or changes what is written, and what the bucket raises: each a sentence that says what to do.
    """
    if settings.folder and not Path(settings.folder).is_dir():
        raise MatineeError("organiser.no_folder", path=settings.folder)
    bucket = open_bucket(settings)
    if bucket is None:
        raise MatineeError("organiser.no_place")
    content = f"Matinee tried this place. {new_id()}\n".encode()
    bucket.put(TRIAL, content, "text/plain")
    listed = any(found.key == TRIAL for found in bucket.list(TRIAL))
    if not listed or bucket.get(TRIAL) != content:
        raise MatineeError("organiser.other_came_back", where=bucket.where)
    return bucket.where
