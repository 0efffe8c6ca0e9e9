"""A clip goes up in parts: after a cut, a restart or a power cut it goes on where it stopped."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from appliance.bucket.parts import Parts, Stretch
from appliance.errors import MatineeError
from appliance.store.upload_rows import Upload, UploadRows
from cache.fetching import Progress

_log = logging.getLogger(__name__)


class ClipUpload:
    """One part a step. Use it from one thread."""

    def __init__(self, parts: Parts, rows: UploadRows) -> None:
        """``rows`` outlive a power cut, ``parts`` are the bucket's."""
        self._parts = parts
        self._rows = rows

    def step(
        self, number: int, key: str, content_type: str, wanted: Sequence[Stretch], progress: Progress
    ) -> bool:
        """Bring one more part of object ``number`` up; True once the whole is in the bucket.

        ``wanted``: all parts of it. ``progress`` hears how much of the whole is up, often. Raises what the
        bucket raises.
        """
        upload = self._rows.of(number)
        if upload is None:
            size = wanted[-1].offset + wanted[-1].length
            digests = tuple(part.sha256 for part in wanted)
            upload = Upload(number, key, self._parts.begin(key, content_type), size, digests)
            self._rows.begin(upload)
        try:
            return self._go_on(upload, wanted, progress)
        except MatineeError as fault:
            if fault.facts.get("damaged"):
                self._rows.doubt(number)  # on its way, or on the card: the file is read again
            if fault.key != "bucket.no_upload":
                raise
            self._rows.forget(number)  # it begins anew after the back-off
            raise MatineeError("bucket.away", where=fault.facts["where"], fault=fault.sentence) from fault

    def forget(self, number: int) -> None:
        """Object ``number`` is whole, and noted to be."""
        self._rows.forget(number)

    def tidy(self) -> None:
        """Tell the bucket of uploads that nobody goes on with."""
        for orphan in self._rows.orphans():
            self._parts.abort(orphan.key, orphan.id)
            self._rows.forget(orphan.number)

    def _go_on(self, upload: Upload, wanted: Sequence[Stretch], progress: Progress) -> bool:
        if len(upload.parts) == len(wanted):
            ended = self._parts.complete(upload.key, upload.id, upload.parts)
            _log.info("whole object=%s parts=%s %s", upload.number, len(wanted), ended)
            return True
        part, size = wanted[len(upload.parts)], upload.size_bytes
        stored = self._parts.put(
            upload.key, upload.id, len(upload.parts) + 1, part,
            lambda done, _: progress(part.offset + done, size),
        )  # fmt: skip
        self._rows.add(upload, stored)
        return False
