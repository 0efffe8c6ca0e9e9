"""A new box out of the bucket and, if there is one, an old card: the same box, on a card that counts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from appliance import config
from appliance.audience.certificate import CERTIFICATE_FILE
from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import Clock
from appliance.errors import MatineeError
from appliance.ids import BoxId, EventId
from appliance.manifest.event_folder import laid_packing
from appliance.manifest.signing_minisign import MinisignSigner, MinisignVerifier
from appliance.model.programme import Media
from appliance.paths import DATABASES, Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store.content_rows import ContentRows
from appliance.store.database import Database
from appliance.sync.fence import ensure_card
from appliance.sync.media import MediaDesk
from appliance.sync.published import Published
from appliance.sync.pull import Puller
from appliance.sync.source_bucket import BucketSource
from cache.durable import write_whole
from provisioning.cloud.box_certificates import certify_passes
from provisioning.cloud.old_card import Carried, Report, carry_over, find_card
from provisioning.cloud.publish import Publisher
from provisioning.cloud.restored_settings import settings_from_bucket, settings_in
from provisioning.cloud.restored_stock import restore_stock

MARK = "restoring"
"""A file in the new box's folder while it is not whole yet; says which box it will be."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall be made of what."""

    box: BoxId
    onto: Paths
    """An empty folder, or the new card's."""
    card: Path | None = None
    """Where an old card is mounted."""
    settings: Path | None = None
    """A ``config.toml`` for the new box; without it the old card's, or what the bucket knows."""


@dataclass(frozen=True, slots=True)
class Organiser:
    """Whose box it is."""

    folder: Path
    bucket: Bucket
    signer: MinisignSigner
    recipients: tuple[str, ...]

    @property
    def cache(self) -> Path:
        """Objects of the bucket, fetched once."""
        return self.folder / "fetched"


@dataclass(frozen=True, slots=True)
class Restored:
    """What the new box has."""

    box: BoxId
    card: str
    events: tuple[str, ...]
    films: int
    carried: Carried | None
    """From the old card; None: there was none."""
    piles: int
    """How many drops have less, or more, than their manifest says."""
    faults: tuple[str, ...]
    """Sentences: what was published and did not come."""


class Restorer:
    """Cut off anywhere, doing it again completes it. The old card is told last, when the new one is whole."""

    def __init__(self, organiser: Organiser, publisher: Publisher, clock: Clock, report: Report) -> None:
        """``report`` hears what is being done."""
        self._organiser = organiser
        self._publisher = publisher
        self._clock = clock
        self._report = report

    def restore(self, wish: Wish) -> Restored:
        """Make the box.

        Raises ``restore.*``, ``core.second_instance``, ``media.*`` if the new card is full or fails, and what
        the bucket raises.
        """
        old = None if wish.card is None else find_card(wish.card)
        settings = self._settings(wish, old)
        with _claimed(wish):
            carried = None if old is None else carry_over(old, wish.onto, self._report)
            write_whole(wish.onto.config_file, settings, 0o600)
            card = ensure_card(wish.onto)
            if not (wish.onto.keys / CERTIFICATE_FILE).exists():
                certify_passes(self._organiser.folder, wish.box, wish.onto.keys)
            self._report("what is published")
            faults = self._pull(wish)
            events = tuple(sorted(folder.name for folder in wish.onto.events.iterdir()))
            has_rows = old is not None and wish.onto.database(Service.PORTAL).exists()
            piles = 0 if has_rows else self._stock(wish, events)
            self._report("tells every other card of this box that it was replaced")
            self._publisher.fence(wish.box, card)
            _give(wish.onto)
        films = {film.sha256 for event in events for film in _films(wish.onto, event)}
        return Restored(wish.box, card, events, len(films), carried, piles, faults)

    def _settings(self, wish: Wish, old: Paths | None) -> bytes:
        if wish.settings is not None:
            return settings_in(wish.settings, wish.box)
        if old is not None and old.config_file.is_file():
            return settings_in(old.config_file, wish.box)
        organiser = self._organiser
        return settings_from_bucket(
            organiser.bucket, wish.box, (organiser.signer.public_key,), organiser.recipients
        )

    def _stock(self, wish: Wish, events: tuple[str, ...]) -> int:
        self._report("what is left of every drop")
        organiser = self._organiser
        return restore_stock(
            organiser.bucket, organiser.cache, wish.box, wish.onto, map(EventId, events), self._clock
        )

    def _pull(self, wish: Wish) -> tuple[str, ...]:
        """As the box itself would; what can not be had is said, and the box tries again by itself."""
        paths, bucket = wish.onto, self._organiser.bucket
        database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        try:
            desk = MediaDesk(paths, database, self._clock, config.load(paths))
            desk.store.mend_records()
            verifier = MinisignVerifier((self._organiser.signer.public_key,))
            copy = FolderBucket(paths.root, "copy")
            puller = Puller(
                wish.box, Published(bucket, verifier, self._clock, copy), ContentRows(database, self._clock),
                desk.store, paths.events, lambda sha256, _: (BucketSource(bucket, sha256),), self._clock,
                look_s=float("inf"),
            )  # fmt: skip
            return _all_that_comes(puller)
        finally:
            database.close()


def _all_that_comes(puller: Puller) -> tuple[str, ...]:
    faults: list[str] = []
    while True:
        try:
            if not puller.step():
                return (*puller.faults, *faults)
        except MatineeError as fault:
            if fault.key not in {"source.refused", "bucket.no_object", "media.not_a_film"}:
                raise
            if fault.sentence in faults:
                return (*puller.faults, *faults)  # everything else had its turn
            faults.append(fault.sentence)


@contextmanager
def _claimed(wish: Wish) -> Iterator[None]:
    """Nothing of the box may run; ``restore.not_empty`` if another box lives there."""
    paths, mark = wish.onto, wish.onto.root / MARK
    begun = mark.read_text("utf-8").strip() == wish.box if mark.is_file() else False
    if not begun and (paths.config_file.exists() or any(paths.database(one).exists() for one in DATABASES)):
        raise MatineeError("restore.not_empty", path=paths.root)
    paths.ensure()
    with ExitStack() as held:
        for service in Service:
            held.enter_context(only_instance(paths, service))
        write_whole(mark, f"{wish.box}\n".encode())
        yield
        mark.unlink()


def _films(paths: Paths, event: str) -> tuple[Media, ...]:
    packing = laid_packing(paths.events, EventId(event))
    return packing.media if packing is not None else ()


def _give(paths: Paths) -> None:
    """All of it to whom the folder belongs: on a card that is the box's own user."""
    owner = paths.root.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for folder, folders, names in os.walk(paths.root):
        for name in (*folders, *names):
            os.chown(Path(folder, name), owner.st_uid, owner.st_gid, follow_symlinks=False)
