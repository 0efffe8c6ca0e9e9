"""The restore drill: an empty card and a real S3 bucket, with and without the old card; and the fence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from appliance import config
from appliance.bucket.opening import open_bucket
from appliance.cli.check import examine
from appliance.clock import HeldClock
from appliance.dev.object_store import ObjectStore
from appliance.errors import MatineeError
from appliance.ids import AttendeeId, EventId, new_id
from appliance.manifest.event_folder import MANIFEST as EVENT_FILE
from appliance.paths import Paths, Service
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from lab.object_store_fixture import object_store, organiser_settings
from lab.organiser_root import PassBox
from lab.outbox_owners import arrived
from lab.shop import Shop
from lab.swap import BOX, MANIFEST, Club, SwapBox, Template, busy_hour
from provisioning.cloud.objects import fetch_rows

__all__ = ["object_store"]
EVENT = EventId("market")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("template"), HeldClock())


@pytest.fixture
def club(object_store: ObjectStore, tmp_path: Path, template: Template) -> Club:
    bucket = open_bucket(organiser_settings(object_store, f"swap-{new_id()}"))
    assert bucket is not None
    return Club(tmp_path, bucket, template)


@pytest.fixture
def first(club: Club) -> Iterator[SwapBox]:
    """A certified box on which the event lies; nothing of its own is in the bucket yet."""
    box = club.card(BOX)
    yield box
    box.close()


def evening(box: SwapBox) -> Shop:
    shop = Shop(box.paths, box.clock, MANIFEST)
    busy_hour(shop)
    for _ in range(5):
        box.owners.fact(event=EVENT)
        box.owners.person(event=EVENT)
    return shop


def test_an_empty_card_and_the_bucket_make_the_same_box(club: Club, first: SwapBox, tmp_path: Path) -> None:
    shop = evening(first)
    attendee = PassBox(first.paths, BOX).passes().issue(AttendeeId(new_id()), EVENT, first.clock.now())
    first.push()
    before, left = arrived(club.bucket, tmp_path / "before"), first.left(shop)
    shop.close()

    done = club.restore("second")
    second = club.card("second")
    assert (done.events, done.films, done.faults) == ((EVENT,), 1, ())
    assert second.films() == first.films()
    event = Path(EVENT, EVENT_FILE)
    assert (second.paths.events / event).read_bytes() == (first.paths.events / event).read_bytes()
    assert second.left(shop) == left != shop_of(MANIFEST, club, "untouched")
    assert PassBox(second.paths, BOX).reader().read(attendee).event == EVENT
    assert examine(second.paths) == ()
    assert config.load(second.paths).content.keys == (club.organiser.key,)

    fresh = second.owners.fact(event=EVENT)
    second.push()
    after = arrived(club.bucket, tmp_path / "after")
    assert set(after.rows) == {*before.rows, fresh}
    assert not after.double
    people = [file.path for file in fetch_rows(club.bucket, Lane.PEOPLE, tmp_path / "fetched")]
    assert people
    second.close()


def test_an_old_card_comes_over_whole_with_what_it_had_not_sent(
    club: Club, first: SwapBox, tmp_path: Path
) -> None:
    shop = evening(first)
    first.push()
    waiting = {first.owners.fact(event=EVENT), first.owners.person(event=EVENT)}
    left = first.left(shop)
    shop.close()
    first.close()

    done = club.restore("second", first.paths)
    second = club.card("second")
    assert done.carried is not None
    assert done.carried.lost == done.carried.mended == []
    assert second.left(shop) == left
    assert second.films().keys() == {"short.mp4"}
    assert config.load(second.paths).box.name == "The old box"
    assert Outboxes(second.paths).after(Service.PORTAL, Lane.PEOPLE, 0)
    second.push()
    found = arrived(club.bucket, tmp_path / "read")
    assert waiting <= set(found.rows)
    assert not found.double
    second.close()


def test_a_card_that_was_replaced_puts_nothing_when_it_comes_back_to_life(
    club: Club, first: SwapBox, tmp_path: Path
) -> None:
    first.push()
    first.close()
    club.copy(first.paths, "came-back")
    club.restore("second", first.paths)
    second, old = club.card("second"), club.card("came-back")
    theirs, mine = old.owners.fact(event=EVENT), second.owners.fact(event=EVENT)
    assert old.push() == 0
    assert "Another card is box box since 27 November 2026" in old.fence.sentence
    assert second.push() > 0
    assert second.fence.sentence == ""
    found = arrived(club.bucket, tmp_path / "read")
    assert mine in found.rows
    assert theirs not in found.rows
    old.pull()  # it knows for ever, also without internet
    there = old.fence.stands()
    away = club.card("came-back")
    away.fence.look()
    assert there
    assert away.fence.sentence
    for box in (old, second, away):
        box.close()


def test_who_was_replaced_stays_replaced_after_the_list_is_past_its_date(club: Club, first: SwapBox) -> None:
    first.push()
    first.close()
    club.copy(first.paths, "came-back")
    club.restore("second", first.paths)
    later = HeldClock(club.clock.now() + timedelta(days=200))
    paths = Paths(club.folder / "came-back").ensure()
    old = SwapBox(paths, club.bucket, club.organiser.key, later)
    old.owners.fact(event=EVENT)
    assert old.push() == 0
    assert "Another card is box box" in old.fence.sentence
    old.close()


def test_of_two_new_cards_the_newest_counts(club: Club, first: SwapBox) -> None:
    first.close()
    club.restore("second", first.paths)
    club.restore("third", first.paths)
    second, third = club.card("second"), club.card("third")
    second.owners.fact(event=EVENT)
    third.owners.fact(event=EVENT)
    assert second.push() == 0
    assert third.push() == 1
    club.publisher.revoke(["pass:0123"])  # what is published later does not lift it
    later = club.card("second")
    assert later.push() == 0
    for box in (second, third, later):
        box.close()


def test_a_damaged_old_card_gives_what_it_can_and_the_bucket_the_rest(club: Club, first: SwapBox) -> None:
    first.owners.fact(event=EVENT)
    (film,) = first.store.list()
    first.close()
    path = first.paths.media / film.sha256[:2] / film.sha256
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    tear(first.paths.database(Service.SHOW))

    done = club.restore("second", first.paths)
    second = club.card("second")
    assert done.carried is not None
    assert done.carried.lost == [film.sha256, EVENT]
    assert done.carried.mended == ["show.db"]
    assert second.films() == {"short.mp4": club.organiser.film("short.mp4")}
    assert [issue for issue in examine(second.paths) if "damaged" not in issue.what] == []
    second.close()


def test_a_restore_that_was_cut_off_is_finished_by_doing_it_again(
    club: Club, first: SwapBox, monkeypatch: pytest.MonkeyPatch
) -> None:
    first.close()

    def cut(*_: object) -> None:
        raise MatineeError("bucket.away", where="there", fault="cut")

    with monkeypatch.context() as patch, pytest.raises(MatineeError):
        patch.setattr("provisioning.cloud.publish.Publisher.fence", cut)
        club.restore("second", first.paths)
    old = club.card(BOX)
    old.owners.fact(event=EVENT)
    assert old.push() == 1  # nothing replaced it yet
    old.close()
    assert club.restore("second", first.paths).events == (EVENT,)
    with pytest.raises(MatineeError, match="There is a box in"):
        club.restore("second", first.paths)
    with pytest.raises(MatineeError, match="no box's data"):
        club.restore("third", Paths(club.keys))


def test_another_boxes_card_is_not_taken_for_this_one(club: Club, first: SwapBox) -> None:
    first.close()
    (first.paths.config_file).write_text('[box]\nid = "another"\n', "utf-8")
    with pytest.raises(MatineeError, match="belongs to the box another, not to box"):
        club.restore("second", first.paths)
    assert not (club.folder / "second").exists()


def test_hostile_objects_of_the_bucket_neither_stop_a_restore_nor_change_its_stock(
    club: Club, first: SwapBox
) -> None:
    shop = evening(first)
    first.push()
    left = first.left(shop)
    shop.close()
    place = f"boxes/box={BOX}/event={EVENT}/date=2026-11-27/facts-0000000009-"
    nested = b'{"id":' + b"[" * 100_000
    for number, lines in enumerate((b"\0", nested, b'{"id": 7, "kind": "stock_edited", "units": 1e99}\n')):
        club.bucket.put(f"{place}{number:08d}.ndjson.gz", lines, "x")
    state = msgspec.json.encode({"box": BOX, "name": '"]\n[content]\nkeys = ["theirs"]', "at": ""})
    club.bucket.put(f"boxes/box={BOX}/state.json", state, "application/json")
    club.restore("second")
    second = club.card("second")
    assert second.left(shop) == left
    assert config.load(second.paths).content.keys == (club.organiser.key,)
    second.close()


def shop_of(manifest: str, club: Club, name: str) -> object:
    shop = Shop(Paths(club.folder / name).ensure(), club.clock, manifest)
    left = SwapBox(shop.paths, club.bucket, club.organiser.key, club.clock).left(shop)
    shop.close()
    return left


def tear(path: Path) -> None:
    """Overwrite a page of a database that SQLite has closed."""
    content = bytearray(path.read_bytes())
    content[4096 * 2 : 4096 * 2 + 400] = b"\xff" * 400
    path.write_bytes(content)
