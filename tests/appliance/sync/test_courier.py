"""A venue without internet: what waits is carried, and the bucket is as if the box had pushed."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import msgspec
import pytest

from appliance.bucket.bucket import Bucket
from appliance.bucket.bucket_folder import FolderBucket
from appliance.bucket.courier_file import Contents, Outgoing, write_tar
from appliance.bucket.courier_receipt import write_receipt
from appliance.config import BoxTable, Config, ContentTable, PeopleTable
from appliance.errors import MatineeError
from appliance.ids import BoxId
from appliance.manifest.signing_minisign import MinisignSigner, make_publish_key
from appliance.paths import Service
from appliance.sealing_age import make_key, open_file, seal_file
from appliance.store.outbox import Lane
from appliance.store.outboxes import Outboxes
from appliance.sync.courier import CourierDesk
from appliance.sync.planner import Planner
from appliance.sync.push import Pusher
from lab.outbox_owners import EVENT, arrived
from lab.pushing_box import Box
from provisioning.cloud.publish_key import ensure_publish_key
from provisioning.cloud.take_in import TakenIn, take_in

SECRET, RECIPIENT = make_key()
PLACE = "boxes/box=box/event=harbour-lights/date=2026-11-27/facts-0000000001-00000001.ndjson.gz"


DAY_S = 86_400


class Venue:
    """A box that can be asked for a file, and the organiser's desk."""

    def __init__(self, box: Box, tmp_path: Path) -> None:
        self.box = box
        self.folder = tmp_path / "organiser"
        self.signer = ensure_publish_key(self.folder)
        (tmp_path / "carried").mkdir()
        self.carried = FolderBucket(tmp_path / "carried")
        self.config = Config(
            box=BoxTable(id="box"),
            people=PeopleTable(recipients=(RECIPIENT,)),
            content=ContentTable(keys=(self.signer.public_key,)),
        )
        self.start()

    def start(self) -> None:
        box = self.box
        outboxes = Outboxes(box.paths)
        planner = Planner(box.rows, outboxes)
        self.desk = CourierDesk(box.paths, self.config, box.rows, outboxes, planner, box.clock)
        box.pusher = Pusher(
            BoxId("box"), box.bucket, box.rows, outboxes, box.paths.clips, box.clock, planner=planner
        )

    def pack(self) -> Path:
        return Path(self.desk.pack().path)

    def take_in(self, file: Path) -> TakenIn:
        return take_in(file, SECRET, self.carried, self.folder, self.signer, self.desk.key().key)

    def refusal(self, file: Path) -> MatineeError:
        with pytest.raises(MatineeError) as refused:
            self.take_in(file)
        assert list(self.carried.list()) == []
        return refused.value


@pytest.fixture
def venue(box: Box, tmp_path: Path) -> Venue:
    return Venue(box, tmp_path)


def evening(box: Box) -> None:
    for _ in range(5):
        box.owners.fact()
        box.owners.person()
    box.owners.fact(event="")
    box.owners.clip()


def everything(bucket: Bucket) -> dict[str, bytes]:
    return {found.key: bucket.get(found.key) for found in bucket.list()}


def test_carried_is_the_same_bucket_as_pushed_and_twice_is_once(venue: Venue, tmp_path: Path) -> None:
    """A café without uplink: packed in the evening, opened the next day, and pushed some day all the same."""
    evening(venue.box)
    file = venue.pack()
    venue.box.clock.advance(DAY_S)
    first = venue.take_in(file)
    assert (first.objects, first.fresh) == (6, 6)
    carried = everything(venue.carried)
    assert venue.take_in(file).fresh == 0
    assert everything(venue.carried) == carried
    venue.box.push_all()
    assert everything(venue.box.bucket) == carried
    assert set(arrived(venue.carried, tmp_path / "read").rows) == venue.box.owners.written


def test_the_box_forgets_nothing_until_it_meets_the_bucket_itself(venue: Venue, tmp_path: Path) -> None:
    evening(venue.box)
    venue.take_in(venue.pack())
    assert venue.box.rows.next_open(Lane.PEOPLE) is not None
    before = everything(venue.carried)
    venue.box.bucket = venue.carried
    venue.start()
    venue.box.push_all()
    assert everything(venue.carried) == before
    assert all(venue.box.rows.next_open(lane) is None for lane in Lane)
    assert not arrived(venue.carried, tmp_path / "read").double


def test_what_came_later_is_in_the_next_file_with_what_still_waits(venue: Venue, tmp_path: Path) -> None:
    evening(venue.box)
    venue.take_in(venue.pack())
    venue.box.owners.person()
    venue.box.clock.advance(1)
    venue.start()
    assert venue.take_in(venue.pack()).fresh == 1
    found = arrived(venue.carried, tmp_path / "read")
    assert set(found.rows) == venue.box.owners.written
    assert not found.double


def test_a_receipt_frees_what_arrived_and_nothing_else(venue: Venue) -> None:
    evening(venue.box)
    done = venue.take_in(venue.pack())
    venue.box.owners.person()
    assert venue.desk.take_receipt(done.receipt.read_text()).objects == 6
    assert venue.box.rows.stored_seq(Service.PORTAL, Lane.PEOPLE) == 5
    venue.box.clock.advance(1)
    assert venue.desk.pack().objects == 1


def test_a_receipt_of_somebody_else_or_for_another_box_frees_nothing(venue: Venue) -> None:
    evening(venue.box)
    done = venue.take_in(venue.pack())
    good = done.receipt.read_text()
    forged = good.replace('\\"box\\":\\"box\\"', '\\"box\\":\\"bar\\"')
    assert forged != good
    every = sorted(found.key for found in venue.carried.list())
    elsewhere = write_receipt(BoxId("bar"), every, venue.signer)
    venue.signer = MinisignSigner.parse(make_publish_key()[0], "test")
    strangers = venue.take_in(venue.pack()).receipt.read_text()
    for text in (forged, elsewhere, strangers, "", "{}", "<html>", good[:-9]):
        with pytest.raises(MatineeError) as refused:
            venue.desk.take_receipt(text)
        assert refused.value.key == "courier.no_receipt"
    assert venue.box.rows.next_open(Lane.PEOPLE) is not None


@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.999])
def test_a_file_that_was_cut_is_refused_whole(venue: Venue, share: float) -> None:
    evening(venue.box)
    file = venue.pack()
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    assert venue.refusal(file).key == "courier.not_opened"


def test_a_changed_byte_anywhere_is_refused(venue: Venue) -> None:
    evening(venue.box)
    file = venue.pack()
    whole = file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert venue.refusal(file).key == "courier.not_opened"


def sealed(plain: bytes, path: Path) -> Path:
    with path.open("wb") as target:
        seal_file(io.BytesIO(plain), target, (RECIPIENT,))
    return path


def signed(venue: Venue, key: str, content: bytes = b"x") -> bytes:
    """A file with the box's own true signature."""
    signer = MinisignSigner.parse((venue.box.paths.keys / "courier.key").read_bytes(), "test")
    plain = io.BytesIO()
    write_tar(plain, BoxId("box"), "2026-11-27T20:00:00Z", [Outgoing(key, content, "x/y")], signer)
    return plain.getvalue()


def test_who_knows_only_the_organisers_public_key_can_forge_nothing(venue: Venue, tmp_path: Path) -> None:
    evening(venue.box)
    venue.pack()
    stranger = MinisignSigner.parse(make_publish_key()[0], "test")
    plain = io.BytesIO()
    write_tar(plain, BoxId("box"), "", [Outgoing(PLACE, b"forged", "x/y")], stranger)
    fault = venue.refusal(sealed(plain.getvalue(), tmp_path / "forged"))
    assert fault.key == "courier.forged"
    assert "signature" in fault.sentence


@pytest.mark.parametrize(
    "key",
    [
        "published/index.json",
        "boxes/box=other/event=harbour-lights/date=2026-11-27/facts-0000000001-00000001.ndjson.gz",
        "boxes/box=box/../../published/index.json",
        "boxes/box=box/event=../clips/a.mp4",
        "boxes/box=box/state.json",
        "/etc/passwd",
    ],
)
def test_even_a_stolen_box_writes_only_where_it_always_might(venue: Venue, tmp_path: Path, key: str) -> None:
    venue.desk.key()
    fault = venue.refusal(sealed(signed(venue, key), tmp_path / "hostile"))
    assert "not one of that box's own" in fault.sentence


def test_parts_that_were_swapped_added_or_linked_are_refused(venue: Venue, tmp_path: Path) -> None:
    venue.desk.key()
    good = signed(venue, PLACE, b"content")
    for tamper in ("other bytes", "one more", "a link", "no list"):
        made = io.BytesIO()
        with tarfile.open(fileobj=io.BytesIO(good)) as old, tarfile.open(fileobj=made, mode="w") as new:
            for member in old.getmembers():
                content = old.extractfile(member).read()  # type: ignore[union-attr] # files only
                if tamper == "other bytes" and member.name == "000000":
                    content = b"CONTENT"
                if tamper == "a link" and member.name == "000000":
                    member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
                    content, member.size = b"", 0
                if tamper == "no list" and member.name == "contents.json":
                    continue
                new.addfile(member, io.BytesIO(content))
                if tamper == "one more" and member.name == "000000":
                    new.addfile(tarfile.TarInfo("../../evil"))
        assert venue.refusal(sealed(made.getvalue(), tmp_path / "tampered")).key == "courier.forged", tamper
    assert venue.take_in(sealed(good, tmp_path / "good")).fresh == 1


def test_a_box_nobody_told_of_is_refused_once_and_known_afterwards(venue: Venue) -> None:
    evening(venue.box)
    file = venue.pack()
    with pytest.raises(MatineeError) as refused:
        take_in(file, SECRET, venue.carried, venue.folder, venue.signer)
    assert refused.value.key == "courier.unknown_box"
    venue.take_in(file)
    assert take_in(file, SECRET, venue.carried, venue.folder, venue.signer).fresh == 0


def test_another_organiser_opens_nothing_and_a_finder_reads_nothing(venue: Venue) -> None:
    venue.box.owners.fact("drop_claimed", drop="canary-poster")
    file = venue.pack()
    other, _ = make_key()
    with pytest.raises(MatineeError) as refused:
        take_in(file, other, venue.carried, venue.folder, venue.signer, venue.desk.key().key)
    assert refused.value.key == "courier.not_opened"
    assert EVENT.encode() not in file.read_bytes()
    assert not list(file.parent.glob(".*"))


def test_standard_tools_open_it(venue: Venue) -> None:
    evening(venue.box)
    plain = io.BytesIO()
    with venue.pack().open("rb") as file:
        assert open_file(file, plain, SECRET)
    plain.seek(0)
    with tarfile.open(fileobj=plain) as tar:
        listed = tar.extractfile("contents.json")
        assert listed is not None
        contents = msgspec.json.decode(listed.read(), type=Contents)
    assert [one.content_type for one in contents.objects][-3:] == [
        "video/mp4", "image/jpeg", "application/json",
    ]  # fmt: skip


def test_without_anything_to_carry_or_anybody_to_seal_to_it_says_so(venue: Venue) -> None:
    with pytest.raises(MatineeError, match="Nothing waits"):
        venue.desk.pack()
    venue.config = msgspec.structs.replace(venue.config, people=PeopleTable())
    venue.start()
    venue.box.owners.fact()
    with pytest.raises(MatineeError) as refused:
        venue.desk.pack()
    assert refused.value.key == "sealing.no_recipient"
