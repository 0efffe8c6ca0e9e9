"""What the organiser published, as the bucket has it: fetched, its signature checked, its number compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import msgspec

from appliance.bucket.bucket import Bucket, Shelf
from appliance.bucket.layout import INDEX_KEY, content_key, published_key, signature_key
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import Sha256, is_sha256
from appliance.manifest import event_manifest, packing_list, published_index
from appliance.manifest.event_folder import MANIFEST, PACKING, is_picture_name, is_subtitles_path
from appliance.manifest.packing_list import PackingList
from appliance.manifest.published_index import Floor, PublishedEvent, PublishedIndex, event_purpose
from appliance.manifest.signing import Verifier
from appliance.model.programme import CardPicture, Subtitles

_LARGEST_INDEX = 4 << 20
_LARGEST_FILE = 64 << 20


@dataclass(frozen=True, slots=True)
class Offer:
    """A published event, every word of it signed."""

    entry: PublishedEvent
    manifest: str
    packing: PackingList
    starts: datetime


class Published:
    """Reads ``published/``. Whatever is not signed, not newer, or not of one piece is refused."""

    def __init__(self, shelf: Shelf, verifier: Verifier, clock: Clock, copy: Bucket | None = None) -> None:
        """Nothing is contacted yet. ``copy`` keeps what was believed, for days without internet."""
        self._shelf = shelf
        self._copy = copy
        self._fresh: dict[str, bytes] = {}
        self._verifier = verifier
        self._clock = clock

    def index(self, floor: Floor) -> tuple[PublishedIndex, Floor, str] | None:
        """The newest list, its floor and the key that signed it; None if there is none.

        Raises ``content.*``, and what the bucket raises.
        """
        found = self._index(floor)
        if found is not None:
            published_index.must_be_newer(
                found[0], found[1].sha256, floor, self._clock.now(), self._clock.trust
            )
            self._keep()
        return found

    def fences(self, floor: Floor) -> PublishedIndex | None:
        """The newest list, also one past its date: who was replaced stays replaced. Nothing of it is kept.

        Raises ``content.*``, and what the bucket raises.
        """
        found = self._index(floor)
        return None if found is None else found[0]

    def _index(self, floor: Floor) -> tuple[PublishedIndex, Floor, str] | None:
        self._fresh.clear()
        try:
            content = self._get(INDEX_KEY, _LARGEST_INDEX)
            signature = self._get(signature_key(INDEX_KEY), _LARGEST_INDEX)
        except MatineeError as fault:
            if fault.key == "bucket.no_object":
                return None
            raise
        key = self._verifier.check(content, signature, published_index.PURPOSE)
        index = published_index.decode(content)
        found = Floor(index.version, sha256(content).hexdigest())
        published_index.must_not_go_back(index, found.sha256, floor)
        return index, found, key

    def event(self, entry: PublishedEvent) -> Offer:
        """The files of an event, exactly those of the list; ``content.*`` otherwise."""
        self._fresh.clear()
        manifest = self._signed(entry, MANIFEST, entry.manifest_sha256)
        listed = self._signed(entry, PACKING, entry.packing_sha256)
        try:
            packing = packing_list.decode(listed)
        except (msgspec.ValidationError, msgspec.DecodeError) as fault:
            raise MatineeError("content.unreadable", what=PACKING, fault=fault) from fault
        text = manifest.decode("utf-8", "replace")
        event = event_manifest.check(text, MANIFEST)
        needs = set(event.films)
        if event.id != entry.id or packing.event != entry.id or packing.version != entry.version:
            raise MatineeError("content.mixed", what=PACKING)
        if not needs <= {media.name for media in packing.media}:
            raise MatineeError("content.unreadable", what=PACKING, fault="a film is missing in it")
        self._keep()
        return Offer(entry, text, packing, event.starts)

    def subtitles(self, offer: Offer) -> Iterator[tuple[Subtitles, bytes]]:
        """What its films' subtitles are, each exactly as the packing list says; ``content.*`` otherwise."""
        for words in (words for film in offer.packing.media for words in film.subtitles):
            if not is_subtitles_path(words.path):
                raise MatineeError("content.unreadable", what=PACKING, fault="a name in it is malformed")
            if is_sha256(words.sha256) and words.size_bytes <= _LARGEST_FILE:
                yield words, self._exactly(words.sha256, words.size_bytes, words.path)

    def pictures(self, offer: Offer) -> Iterator[tuple[CardPicture, bytes]]:
        """What its cards show, likewise."""
        for picture in offer.packing.pictures:
            if not (is_picture_name(picture.name) and is_sha256(picture.sha256)):
                raise MatineeError("content.unreadable", what=PACKING, fault="a name in it is malformed")
            if picture.size_bytes <= _LARGEST_FILE:
                yield picture, self._exactly(picture.sha256, picture.size_bytes, picture.name)

    def _exactly(self, digest: str, size_bytes: int, what: str) -> bytes:
        content = b"".join(self._shelf.read(content_key(Sha256(digest)), 0, size_bytes))
        if sha256(content).hexdigest() != digest:
            raise MatineeError("content.mixed", what=what)
        return content

    def _signed(self, entry: PublishedEvent, name: str, expected: str) -> bytes:
        key = published_key(entry.id, name)
        content = self._get(key, _LARGEST_FILE)
        if sha256(content).hexdigest() != expected:
            raise MatineeError("content.mixed", what=name)
        signature = self._get(signature_key(key), _LARGEST_INDEX)
        self._verifier.check(content, signature, event_purpose(entry.id, name))
        return content

    def _get(self, key: str, most: int) -> bytes:
        """The whole object unless it is larger than can be meant; the copy while the bucket is away."""
        try:
            content = b"".join(self._shelf.read(key, 0, most))
        except MatineeError as fault:
            if fault.key != "bucket.away" or self._copy is None:
                raise
            try:
                return self._copy.get(key)
            except MatineeError:
                raise fault from None
        self._fresh[key] = content
        return content

    def _keep(self) -> None:
        """What was just believed goes into the copy."""
        fresh, self._fresh = self._fresh, {}
        if self._copy is not None:
            for key, content in fresh.items():
                self._copy.put(key, content, "")
