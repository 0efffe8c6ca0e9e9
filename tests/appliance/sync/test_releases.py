"""A clip without its release does not leave the box: not to the bucket, not with a courier."""

from __future__ import annotations

import tarfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from appliance.bucket.bucket import Traffic
from appliance.capture.captions.captioning import Captioning
from appliance.config import Config, PeopleTable
from appliance.ids import ClipId, Sha256
from appliance.model.allowance import Allowance
from appliance.model.capture import ClipFile
from appliance.paths import Service
from appliance.sealing_age import make_key, open_file
from appliance.store.caption_rows import CaptionRows
from appliance.store.capture_rows import CaptureRows
from appliance.store.clip_inserts import insert_file
from appliance.store.outboxes import Outboxes
from appliance.store.usage_rows import UsageRows
from appliance.sync.courier import CourierDesk
from appliance.sync.metering import Metering
from appliance.sync.planner import Planner
from lab.outbox_owners import EVENT
from lab.pushing_box import Box

LATER = "2026-11-27T22:00:00.000Z"


def names(box: Box) -> set[str]:
    return {key.rpartition("/")[2] for key in box.listed() if "/clips/" in key}


def hold(box: Box, clip: str) -> None:
    with box.owners.files[Service.CAPTURE].transaction() as tx:
        tx.execute(
            "INSERT INTO removal (id, event, clip, asker, words, asked_at) VALUES (?, ?, ?, 'ann', '', ?)",
            (f"removal-{clip}", EVENT, clip, LATER),
        )


def let_go(box: Box, clip: str) -> None:
    with box.owners.files[Service.CAPTURE].transaction() as tx:
        tx.execute(
            "INSERT INTO removal_answer VALUES (?, ?, 'not_in_it', ?)", (f"removal-{clip}", clip, LATER)
        )


def withdraw(box: Box, clip: str) -> str:
    """As the capture does; returns the notice's name."""
    name, content = f"{clip}.withdrawn.json", b'{"clip": "it"}'
    (box.paths.clips / name).write_bytes(content)
    file = {"kind": "json", "name": name, "size_bytes": len(content), "sha256": sha256(content).hexdigest()}
    with box.owners.files[Service.CAPTURE].transaction() as tx:
        tx.execute("UPDATE clip SET withdrawn_at = ? WHERE id = ?", (LATER, clip))
        box.owners.outbox.clip(tx, "clip_withdrawn", EVENT, clip=clip, files=[file])
    for path in box.paths.clips.glob(f"{clip}.landscape.*"):
        path.unlink()
    return name


def test_a_held_clip_waits_and_all_others_pass_it_by(box: Box) -> None:
    held, free = box.owners.clip(), box.owners.clip()
    hold(box, held)
    box.push_all()
    assert names(box) == {f"{free}.landscape.{kind}" for kind in ("mp4", "jpg", "json")}
    assert box.pusher.faults == ()
    let_go(box, held)
    box.push_all()
    assert {name.partition(".")[0] for name in names(box)} == {held, free}


def test_a_clip_that_is_held_between_two_of_its_files_stays_unfinished(box: Box) -> None:
    clip = box.owners.clip()
    box.clock.advance(5)
    assert box.pusher.step()
    hold(box, clip)
    box.push_all()
    assert names(box) == {f"{clip}.landscape.mp4"}  # without its description nobody sees it as a clip


def test_what_was_taken_down_before_it_went_never_goes_and_the_notice_does(box: Box) -> None:
    clip = box.owners.clip()
    notice = withdraw(box, clip)
    box.push_all()
    assert names(box) == {notice}
    assert box.rows.given_up() == ()  # nothing failed


def test_a_notice_goes_though_clips_may_not_go_now(box: Box) -> None:
    clip = box.owners.clip()
    only_rows = Allowance(mb_per_day=1)
    box.pusher.metering = Metering(UsageRows(box.rows.database), Traffic(), only_rows, box.clock)
    box.owners.clip()
    notice = withdraw(box, clip)
    box.push_all()
    assert names(box) == {notice}


def test_a_capture_that_can_not_be_read_lets_nothing_go(box: Box) -> None:
    box.owners.clip()
    box.clock.advance(5)
    box.pusher.step(())
    with box.owners.files[Service.CAPTURE].transaction() as tx:
        tx.execute("DROP VIEW clip_release")
    box.push_all()
    assert names(box) == set()


def test_captions_follow_their_clip_and_those_that_were_replaced_before_they_went_are_no_fault(
    box: Box,
) -> None:
    clip = box.owners.clip()
    rows = CaptureRows(box.owners.files[Service.CAPTURE], box.owners.outbox)
    captions = Captioning(
        rows, CaptionRows(rows.database, box.owners.outbox), box.paths.clips, box.clock, lambda: None
    )
    with rows.database.transaction() as tx:
        film = ClipFile("landscape", "mp4", f"{clip}.landscape.mp4", 4, Sha256("0" * 64))
        tx.execute("UPDATE clip SET duration_ms = 9000 WHERE id = ?", (clip,))
        insert_file(tx, ClipId(clip), film)
    box.push_all()
    written = []
    for words in ("one", "two"):
        captions.give(ClipId(clip), f"1\n00:00:01,000 --> 00:00:02,000\n{words}\n", "en")
        written.append(next(iter(box.paths.clips.glob("*.vtt"))).name)
    hold(box, clip)
    box.push_all()
    assert not [name for name in names(box) if name.endswith(".vtt")]
    let_go(box, clip)
    box.push_all()
    assert [name for name in names(box) if name.endswith(".vtt")] == written[1:]
    assert box.rows.given_up() == ()


def test_no_courier_carries_a_held_clip(box: Box) -> None:
    secret, recipient = make_key()
    held, free = box.owners.clip(), box.owners.clip()
    hold(box, held)
    outboxes = Outboxes(box.paths)
    desk = CourierDesk(
        box.paths, Config(people=PeopleTable(recipients=(recipient,))), box.rows, outboxes,
        Planner(box.rows, outboxes), box.clock,
    )  # fmt: skip
    packed = desk.pack()
    plain = BytesIO()
    with Path(packed.path).open("rb") as sealed:
        assert open_file(sealed, plain, secret)
    plain.seek(0)
    with tarfile.open(fileobj=plain) as tar:
        contents = tar.extractfile("contents.json")
        assert contents is not None
        carried = contents.read().decode()
    assert free in carried
    assert held not in carried
