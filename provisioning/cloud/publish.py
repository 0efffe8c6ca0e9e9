"""Publish an event: films by hash, then its signed files, then the signed list that names them all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

from appliance.audience.revocation import checked_names
from appliance.bucket.bucket import Bucket
from appliance.bucket.layout import INDEX_KEY, content_key, published_key, signature_key
from appliance.bucket.parts import InParts
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId, Sha256
from appliance.manifest import event_manifest, packing_list, published_index
from appliance.manifest.event_folder import MANIFEST, PACKING
from appliance.manifest.packing_list import PackingList
from appliance.manifest.published_index import FORMAT, Fence, PublishedEvent, PublishedIndex, event_purpose
from appliance.manifest.signing_minisign import MinisignSigner, MinisignVerifier
from appliance.model.event import Event
from appliance.model.programme import CardPicture, Media, Subtitles
from appliance.model.revocations import CLIPS, clips_name, clips_withdrawn
from appliance.paths import Paths
from appliance.store.outbox import rfc3339
from cache.blocks import BLOCK_BYTES, BlockList, FilmHasher
from cache.fetching import Progress
from cache.probe import Probe
from provisioning.cloud.film_parts import FilmParts
from provisioning.cloud.public_address import page_address, with_public_page
from provisioning.cloud.public_offers import put_offers
from provisioning.fitting import Fitting, fitted
from provisioning.picturing import pictures_of
from provisioning.subtitling import subtitles_of

VALID = timedelta(days=90)
"""How long a list is taken up by boxes whose time is proven; what they have plays on."""

Report = Callable[[str], None]
"""Told, in words, what is being done."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What was published."""

    event: EventId
    version: int
    films: int
    sent_films: int
    """Those that were not there yet."""


class Publisher:
    """Publishes from the organiser's computer into their bucket, or a folder: a stick is the same."""

    def __init__(
        self, bucket: Bucket, signer: MinisignSigner, probe: Probe, clock: Clock,
        fitting: Fitting | None = None, workshop: Path | None = None, progress: Progress | None = None,
    ) -> None:  # fmt: skip
        """Nothing is contacted yet. ``fitting``: films that will not play there are refused or converted.

        ``workshop``: where conversions are made, and where it is noted how far a film has gone up, so that a
        large one goes on after a kill (where the bucket takes parts). ``progress`` hears how much of each
        film was sent.
        """
        self._progress = progress
        self._fitting = fitting
        self._paths = Paths(workshop or Path())
        self._bucket = bucket
        self._film_parts = (
            FilmParts(bucket.parts, bucket.where, workshop / "going-up", progress)
            if workshop is not None and isinstance(bucket, InParts)
            else None
        )
        self._signer = signer
        self._probe = probe
        self._clock = clock

    def publish(self, manifest: Path, report: Report) -> Publication:
        """Publish the event of ``manifest``; killed anywhere, boxes see the old publication or the new one.

        Raises ``manifest.*``, ``media.*``, ``event.film_not_found``, and what the bucket raises.
        """
        text = event_manifest.read_text(manifest)
        event = event_manifest.check(text, str(manifest))
        text = with_public_page(text, page_address(self._bucket, event.id))
        before = self._index()
        version = 1 + max((entry.version for entry in before.events if entry.id == event.id), default=0)
        pictures = tuple(self._pictures(event, manifest.parent, report))
        media, sent = self._films(event, manifest.parent, report)
        made_at = rfc3339(self._clock.now())
        listed = packing_list.encode(PackingList(event.id, version, media, made_at, pictures))
        self._put_signed(published_key(event.id, MANIFEST), text.encode(), event_purpose(event.id, MANIFEST))
        self._put_signed(published_key(event.id, PACKING), listed, event_purpose(event.id, PACKING))
        hashes = _sha256(text.encode()), _sha256(listed)
        entry = PublishedEvent(event.id, version, *hashes, made_at=made_at)
        put_offers(self._bucket, event)
        before = self._index()  # films took their time: meanwhile a key may have been withdrawn
        others = tuple(other for other in before.events if other.id != event.id)
        self._put_index(before, events=(*others, entry))
        return Publication(event.id, version, len(media), sent)

    def revoke(self, names: Iterable[str]) -> tuple[str, ...]:
        """Withdraw keys (``key:...``), passes (``pass:...``), what a box signs from now on (``clips:BOX``).

        At every box; returns all that is withdrawn.

        Raises ``cloud.bad_revocation``, and what the bucket raises.
        """
        before, now = self._index(), self._clock.now()
        dated = (_dated(name, before.revoked, now) for name in names)
        revoked = checked_names((*before.revoked, *dated))
        self._put_index(before, revoked=revoked)
        return revoked

    def revoked(self) -> tuple[str, ...]:
        """All that is withdrawn; what the bucket raises."""
        return self._index().revoked

    def fence(self, box: BoxId, card: str) -> None:
        """Say that ``card`` alone is ``box`` from now on; said again, it changes nothing.

        Raises what the bucket raises.
        """
        before = self._index()
        if any((one.box, one.card) == (box, card) for one in before.fences):
            return
        others = tuple(one for one in before.fences if one.box != box)
        self._put_index(before, fences=(*others, Fence(box, card, self._clock.now())))

    def _put_index(
        self, before: PublishedIndex, *, events: tuple[PublishedEvent, ...] | None = None,
        revoked: tuple[str, ...] | None = None, fences: tuple[Fence, ...] | None = None,
    ) -> None:  # fmt: skip
        """What is not given stays as it was ``before``."""
        now = self._clock.now()
        index = PublishedIndex(
            FORMAT, before.version + 1, now, now + VALID,
            before.events if events is None else events,
            before.revoked if revoked is None else revoked,
            before.fences if fences is None else fences,
        )  # fmt: skip
        self._put_signed(INDEX_KEY, published_index.encode(index), published_index.PURPOSE)

    def _index(self) -> PublishedIndex:
        """The list as it is, if it is ours."""
        now = self._clock.now()
        try:
            content = self._bucket.get(INDEX_KEY)
            signature = self._bucket.get(signature_key(INDEX_KEY))
        except MatineeError as fault:
            if fault.key == "bucket.no_object":
                return PublishedIndex(FORMAT, 0, now, now)
            raise
        MinisignVerifier([self._signer.public_key]).check(content, signature, published_index.PURPOSE)
        return published_index.decode(content)

    def _films(self, event: Event, folder: Path, report: Report) -> tuple[tuple[Media, ...], int]:
        films = {film: folder / film for film in event.films}
        for name, path in films.items():
            if Path(name).is_absolute() or ".." in Path(name).parts or not path.is_file():
                raise MatineeError("event.film_not_found", film=name, path=path)
        if self._fitting is None:
            return self._sent(films, films, report)
        with fitted(films, self._fitting, self._paths, report) as ready:
            return self._sent(films, ready, report)

    def _sent(
        self, films: Mapping[str, Path], ready: Mapping[str, Path], report: Report
    ) -> tuple[tuple[Media, ...], int]:
        """List and send what is ``ready``; subtitles lie beside what it was made of."""
        media, sent = [], 0
        for number, (name, path) in enumerate(ready.items(), start=1):
            report(f"film {number} of {len(ready)}: {name}, {path.stat().st_size / 1e6:.0f} MB")
            facts = self._probe.film(path, name)
            digest, blocks = _hash(path)
            sent += self._send(path, digest)
            listed = _listed(name, digest, blocks, facts.duration_ms, facts.gain_db)
            media.append(replace(listed, subtitles=tuple(self._subtitles(films[name], report))))
        return tuple(media), sent

    def _subtitles(self, film: Path, report: Report) -> Iterator[Subtitles]:
        for found, text in subtitles_of(film, report):
            digest = self._put_content(text, "text/plain; charset=utf-8")
            yield replace(found, sha256=digest, size_bytes=len(text))

    def _pictures(self, event: Event, folder: Path, report: Report) -> Iterator[CardPicture]:
        with tempfile.TemporaryDirectory() as workplace:
            for picture, png in pictures_of(event, folder, Path(workplace), report):
                digest = self._put_content(png, "image/png")
                yield replace(picture, sha256=digest, size_bytes=len(png))

    def _put_content(self, content: bytes, kind: str) -> Sha256:
        digest = _sha256(content)
        if not self._bucket.exists(content_key(digest)):
            self._bucket.put(content_key(digest), content, kind)
        return digest

    def _send(self, path: Path, digest: Sha256) -> bool:
        key = content_key(digest)
        if self._bucket.exists(key):
            return False
        if self._film_parts is not None and self._film_parts.is_worth_it(path):
            self._film_parts.put(key, path, digest)
        else:
            self._bucket.put(key, path, "application/octet-stream", progress=self._progress)
        return True

    def _put_signed(self, key: str, content: bytes, purpose: str) -> None:
        kind = "application/json" if key.endswith(".json") else "text/plain"
        self._bucket.put(key, content, kind)
        self._bucket.put(signature_key(key), self._signer.sign(content, purpose), "text/plain")


def _listed(name: str, digest: Sha256, blocks: BlockList, duration_ms: int, gain_db: float) -> Media:
    return Media(
        name, digest, blocks.size_bytes, duration_ms, gain_db, blocks_root=blocks.root, blocks=blocks.text
    )


def _hash(path: Path) -> tuple[Sha256, BlockList]:
    hasher = FilmHasher()
    with path.open("rb") as film:
        while content := film.read(BLOCK_BYTES):
            hasher.update(content)
    return hasher.finish()


def _sha256(content: bytes) -> Sha256:
    return Sha256(sha256(content).hexdigest())


def _dated(name: str, revoked: Iterable[str], now: datetime) -> str:
    """``clips:BOX`` with the time from which it holds: now, or since it was said first."""
    box = name.removeprefix(CLIPS)
    if not name.startswith(CLIPS) or "@" in box:
        return name
    return clips_name(box, clips_withdrawn(revoked, box) or now)
