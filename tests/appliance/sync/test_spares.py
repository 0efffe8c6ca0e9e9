"""A full card: derived things go first, then films that nobody needs, then clips that lie in the bucket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.ids import EventId, ItemId, Sha256
from appliance.manifest.event_folder import lay_event
from appliance.manifest.packing_list import PackingList
from appliance.manifest.reels import FILE, ReelPart, Reels, encode
from appliance.model.programme import Media
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.store.outbox import Lane
from appliance.store.sync_rows import Plan, SyncRows
from appliance.sync.hours import Hours
from appliance.sync.spares import Spares
from cache.block_file import blocks_beside
from cache.described_sound import sound_path
from cache.durable import write_whole
from cache.media_store import MediaStore
from cache.room import Room
from lab.any_film import AnyFilm
from lab.evening import MANIFEST

SIZE = 40_960
CARD = 20 * SIZE


class Card:
    """A card of which everything that lies in the box takes room."""

    def __init__(self, paths: Paths, clock: HeldClock) -> None:
        self.paths = paths
        self.database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
        self.rows = SyncRows(self.database, clock)
        self.store = MediaStore(
            paths.media, MediaRows(self.database, clock), AnyFilm(), Room(paths.media, 0, self.free),
            Spares(paths, self.rows, Hours(paths, clock)),
        )  # fmt: skip

    def free(self, _: Path) -> int:
        kept = (self.paths.media, self.paths.derived, self.paths.clips)
        files = (path for folder in kept for path in folder.rglob("*") if path.is_file())
        return CARD - sum(path.stat().st_blocks * 512 for path in files)

    def put(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * SIZE)
        return path

    def film(self, name: str, event: str = "") -> Path:
        source = self.paths.root / name
        source.write_bytes(name.encode() * (SIZE // len(name)))
        media = self.store.import_file(source, name)
        if event:
            self.store.pin(media.sha256, event)
        return self.paths.media / media.sha256[:2] / media.sha256

    def clip(self, name: str, *, stored: bool, given_up: bool = False) -> Path:
        plan = Plan(Lane.CLIPS, "last-week", datetime(2026, 11, 20, tzinfo=UTC).date(), 1, (), name, "0" * 64)
        self.rows.plan(Lane.CLIPS, [plan], {})
        found = self.rows.next_open(Lane.CLIPS)
        assert found is not None
        if stored:
            self.rows.mark_stored(found)
        if given_up:
            self.rows.give_up(found, "the bucket refuses it")
        return self.put(self.paths.clips / name)


@pytest.fixture
def card(paths: Paths, clock: HeldClock) -> Iterator[Card]:
    made = Card(paths, clock)
    yield made
    made.database.close()


def lay_evening(card: Card, event: str, starts: datetime, film: str, reel: str) -> tuple[Path, Path]:
    """An event on the box, with a reel and described sound; returns both."""
    packing = PackingList(event, 1, (Media("short.mp4", Sha256(film * 64), 2000, 12000),))
    manifest = MANIFEST.replace('"small-evening"', f'"{event}"')
    manifest = manifest.replace("2026-11-27T19", f"{starts.date()}T19")
    lay_event(card.paths.events, EventId(event), manifest, packing)
    parts = (ReelPart(ItemId("short"), Sha256(film * 64), reel, 0, 12000),)
    write_whole(card.paths.events / event / FILE, encode(Reels(parts)))
    joined = card.put(card.paths.derived / "reels" / reel)
    card.put(blocks_beside(joined))
    return joined, card.put(sound_path(card.paths.derived, film * 64))


def test_reels_and_sounds_of_an_event_that_is_not_over_stay(card: Card, clock: HeldClock) -> None:
    clock.trust = ClockTrust.PROVEN
    coming = lay_evening(card, "tonight", clock.now() + timedelta(hours=24), "a", "a.mkv")
    over = lay_evening(card, "last-week", clock.now() - timedelta(days=7), "b", "b.mkv")
    old = card.film("old.mp4")
    while old.exists():
        card.store.make_room(card.free(Path()) + 1, "more.mp4")
    assert not any(path.exists() for path in over)
    with pytest.raises(MatineeError):
        card.store.make_room(card.free(Path()) + 1, "more.mp4")
    assert all(path.exists() for path in (*coming, blocks_beside(coming[0])))


def test_what_proves_a_reel_goes_with_it_and_never_alone(card: Card) -> None:
    reels = [card.put(card.paths.derived / "reels" / name) for name in ("a.mkv", "b.mkv")]
    for reel in reels:
        os.utime(card.put(blocks_beside(reel)), (0, 0))  # by age they would be the first
    for left in (1, 0):
        card.store.make_room(card.free(Path()) + 1, "more.mp4")
        there = [reel for reel in reels if reel.exists()]
        assert len(there) == left
        assert all(blocks_beside(reel).exists() == reel.exists() for reel in reels)


def test_each_stage_goes_only_when_the_one_before_was_not_enough(card: Card) -> None:
    reel = card.put(card.paths.derived / "reels" / "a.mkv")
    sound = card.put(card.paths.derived / "sound" / "a.m4a")
    old, needed = card.film("old.mp4"), card.film("needed.mp4", EventId("tonight"))
    uploaded = card.clip("one.mp4", stored=True)
    refused = card.clip("three.mp4", stored=False, given_up=True)
    waiting = card.clip("two.mp4", stored=False)
    going = [[reel, sound], [old], [uploaded]]
    stay = [needed, waiting, refused]
    while going:
        card.store.make_room(card.free(Path()) + 1, "more.mp4")
        first = going[0]
        gone = [path for path in first if not path.exists()]
        assert len(gone) == 1
        first.remove(gone[0])
        assert all(path.exists() for later in going for path in later)
        assert all(path.exists() for path in stay)
        going = [stage for stage in going if stage]
    with pytest.raises(MatineeError) as caught:
        card.store.make_room(card.free(Path()) + 1, "more.mp4")
    assert caught.value.key == "media.no_room"
    assert all(path.exists() for path in stay)
