"""A box that lived: an event that came down, an audience, sales; and its organiser, in a bucket."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.clock import HeldClock
from appliance.ids import BoxId, DropId, new_secret
from appliance.manifest.signing_minisign import MinisignVerifier
from appliance.paths import Paths, Service
from appliance.store.content_rows import ContentRows
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.store.offer_rows import OfferRows
from appliance.store.outboxes import Outboxes
from appliance.store.sync_rows import SyncRows
from appliance.sync.fence import CardFence
from appliance.sync.published import Published
from appliance.sync.pull import Puller
from appliance.sync.push import Pusher
from appliance.sync.source_bucket import BucketSource
from cache.media_store import MediaStore
from cache.probe_av import AvProbe
from lab.organiser_root import pass_box
from lab.outbox_owners import Owners
from lab.published import Organiser
from lab.shop import BUNDLED, Shop
from provisioning.cloud import restore
from provisioning.cloud.publish import Publisher

BOX = BoxId("box")
MANIFEST = BUNDLED.replace(
    "[[drop]]",
    '[[item]]\nid = "short"\nkind = "short"\ntitle = "The Short"\nfilm = "short.mp4"\n\n[[drop]]',
    1,
)


class SwapBox:
    """One card: what it holds, and what it would do if it ran."""

    def __init__(self, paths: Paths, bucket: Bucket, key: str, clock: HeldClock) -> None:
        self.paths = paths
        self.bucket = bucket
        self.clock = clock
        self.database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        rows = SyncRows(self.database, clock)
        verifier = MinisignVerifier([key])
        content = ContentRows(self.database, clock)
        self.owners = Owners(paths, clock=clock)
        self.fence = CardFence(paths, BOX, bucket, verifier, content, clock)
        self.pusher = Pusher(BOX, bucket, rows, Outboxes(paths), paths.clips, clock, gather_s=0)
        self.rows = rows
        self.store = MediaStore(paths.media, MediaRows(self.database, clock), AvProbe())
        published = Published(bucket, verifier, clock, FolderBucket(paths.root, "copy"))
        self.puller = Puller(
            BOX, published, content, self.store, paths.events,
            lambda sha256, _: [BucketSource(bucket, sha256)], clock,
        )  # fmt: skip

    def pull(self) -> None:
        self.puller.hurry()
        while self.puller.step():
            pass

    def push(self) -> int:
        """As the service does: nothing behind a fence. Returns how many objects went up."""
        steps = 0
        self.clock.advance(1)
        while not self.fence.stands() and self.pusher.step():
            steps += 1
        return steps

    def films(self) -> dict[str, bytes]:
        return {film.name: path_of(self.paths, film.sha256).read_bytes() for film in self.store.list()}

    def left(self, shop: Shop) -> Mapping[DropId, int]:
        return OfferRows.reader(self.paths).left(shop.event)

    def close(self) -> None:
        self.owners.close()
        self.database.close()


def path_of(paths: Paths, sha256: str) -> Path:
    return paths.media / sha256[:2] / sha256


class Template:
    """What takes seconds and is the same for every test: films made, an event published, a certified box."""

    def __init__(self, folder: Path, clock: HeldClock) -> None:
        (folder / "bucket").mkdir()
        self.clock = clock
        self.bucket = FolderBucket(folder / "bucket")
        self.organiser = Organiser(folder / "organiser", self.bucket, clock)
        self.organiser.manifest.write_text(MANIFEST, "utf-8")
        self.keys = folder / "organiser" / "keys"
        self.organiser.publish()
        self.card = pass_box(folder, self.keys, BOX).paths
        self.card.config_file.write_text(f'[box]\nid = "{BOX}"\nname = "The old box"\n', "utf-8")
        box = SwapBox(self.card, self.bucket, self.organiser.key, clock)
        box.pull()
        box.close()


class Club:
    """The organiser, a bucket of their own, and the one box they have: card ``box``."""

    def __init__(self, folder: Path, bucket: Bucket, template: Template) -> None:
        self.folder = folder
        self.clock = template.clock
        self.bucket = bucket
        self.organiser = template.organiser
        self.keys = folder / "organiser"
        for found in template.bucket.list():
            bucket.put(found.key, template.bucket.get(found.key), "application/octet-stream")
        shutil.copytree(template.keys, self.keys)
        self.publisher = Publisher(bucket, self.organiser.signer, AvProbe(), self.clock)
        self.copy(template.card, BOX)

    def card(self, name: str) -> SwapBox:
        paths = Paths(self.folder / name).ensure()
        return SwapBox(paths, self.bucket, self.organiser.key, self.clock)

    def copy(self, paths: Paths, name: str) -> None:
        """As that card is now."""
        shutil.copytree(paths.root, self.folder / name)

    def restore(self, onto: str, card: Paths | None = None) -> restore.Restored:
        whose = restore.Organiser(self.keys, self.bucket, self.organiser.signer, ("age1recipient",))
        wish = restore.Wish(BOX, Paths(self.folder / onto), None if card is None else card.root)
        return restore.Restorer(whose, self.publisher, self.clock, lambda _: None).restore(wish)


def busy_hour(shop: Shop, acts: int = 6) -> None:
    """Reservations of single things and of a bundle, one of them given back."""
    people = [shop.arrive() for _ in range(acts)]
    print_, shirt, evening = shop.event.drops
    for who, (drop, kind) in zip(
        people, ((print_, ""), (shirt, "m"), (evening, "m"), (print_, ""), (evening, "l"), (shirt, "l")),
        strict=False,
    ):  # fmt: skip
        shop.offers.claim(shop.event.id, drop, who, new_secret(), is_open=True, variant=kind)
    shop.offers.give_back(shop.event.id, print_, people[0])
    shop.offers.edit_stock(shop.event.id, print_, 4, new_secret(), "steward")
