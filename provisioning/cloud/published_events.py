"""What the organiser published, read back from the bucket: signed, whole, and theirs."""

from __future__ import annotations

from hashlib import sha256

import msgspec

from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import INDEX_KEY, published_key, signature_key
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.manifest import event_manifest, packing_list, published_index
from appliance.manifest.event_folder import MANIFEST, PACKING
from appliance.manifest.packing_list import PackingList
from appliance.manifest.published_index import PublishedEvent, PublishedIndex
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.model.event import Event


class PublishedEvents:
    """Reads the list once, and each event when it is asked for."""

    def __init__(self, bucket: Bucket, public_key: str) -> None:
        """``public_key``: the organiser's own. Raises what the bucket and a forged list raise."""
        self._bucket = bucket
        content = bucket.get(INDEX_KEY)
        MinisignVerifier([public_key]).check(
            content, bucket.get(signature_key(INDEX_KEY)), published_index.PURPOSE
        )
        self.index: PublishedIndex = published_index.decode(content)

    def entry(self, event: EventId) -> PublishedEvent:
        """The list's line of ``event``; ``cloud.not_published`` if there is none."""
        for entry in self.index.events:
            if entry.id == event:
                return entry
        raise MatineeError("cloud.not_published", event=event)

    def event(self, event: EventId) -> Event:
        """Its manifest, as it was signed."""
        return event_manifest.check(self._file(event, MANIFEST, self.entry(event).manifest_sha256).decode())

    def packing(self, event: EventId) -> PackingList:
        """Its packing list, as it was signed."""
        content = self._file(event, PACKING, self.entry(event).packing_sha256)
        try:
            return packing_list.decode(content)
        except (msgspec.ValidationError, msgspec.DecodeError) as fault:
            raise MatineeError("content.unreadable", what=PACKING, fault=fault) from fault

    def _file(self, event: EventId, name: str, expected: str) -> bytes:
        content = self._bucket.get(published_key(event, name))
        if sha256(content).hexdigest() != expected:
            raise MatineeError("content.not_signed", what=published_key(event, name))
        return content
