"""capture.db: moments at once, clips after their files, approval once in effect."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, Sha256, ShowId
from appliance.model.capture import ClipFile, ClipState, Moment, NewClip, Run, RunId, StopReason
from appliance.model.stored_part import PART_BYTES
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Lane, Outbox, messages_after

EVENT, CLIP = EventId("friday"), ClipId("01CLIP")


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> CaptureRows:
    return CaptureRows.owner(paths, Outbox(BoxId("box"), clock))


@pytest.fixture
def run(rows: CaptureRows, clock: HeldClock) -> Run:
    run = Run(
        id=RunId("01RUN"),
        event=EVENT,
        show=ShowId("show"),
        item=ItemId("qa"),
        camera="clip house.mp4",
        position_ms=500,
        began_at=clock.now(),
        seen_at=clock.now(),
    )
    rows.run_began(run)
    return run


@pytest.fixture
def moment(rows: CaptureRows, run: Run, clock: HeldClock) -> Moment:
    moment = Moment(
        id=MomentId("01MOMENT"),
        clip=CLIP,
        run=run.id,
        event=EVENT,
        show=run.show,
        item=run.item,
        by="operator",
        at=clock.now(),
        position_ms=61_000,
        pre_roll_ms=8000,
        post_roll_ms=4000,
    )
    rows.moment_marked(moment)
    return moment


PARTS = (Sha256("1" * 64), Sha256("2" * 64))


def made() -> NewClip:
    files = tuple(
        ClipFile("landscape", kind, f"{CLIP}.landscape.{kind}", size, Sha256(kind[0] * 64), PARTS)
        for kind, size in (("mp4", 4_000_000), ("jpg", 30_000), ("json", 700))
    )
    return NewClip(CLIP, 12_500, 8_200, 1280, 720, files)


def facts(rows: CaptureRows, lane: Lane = Lane.FACTS) -> list[dict[str, object]]:
    return [json.loads(message.body) for message in messages_after(rows.database, lane, 0)]


def test_a_moment_reads_back_as_it_was_marked(rows: CaptureRows, moment: Moment) -> None:
    assert rows.uncut() == [moment]
    (clip,) = rows.clips(EVENT)
    assert (clip.id, clip.state, clip.files) == (CLIP, ClipState.WAITING, ())


def test_a_made_clip_is_private_until_it_is_approved(
    rows: CaptureRows, moment: Moment, paths: Paths, clock: HeldClock
) -> None:
    rows.clip_made(moment, made(), clock.now())
    reader = CaptureRows.reader(paths)
    assert reader.approved(EVENT) == []
    assert [clip.id for clip in reader.to_approve(EVENT)] == [CLIP]
    assert rows.approve(CLIP, clock.now())
    (clip,) = reader.approved(EVENT)
    assert reader.to_approve(EVENT) == []
    assert clip.state is ClipState.APPROVED
    film = clip.file("mp4")
    assert film is not None
    assert film.size_bytes == 4_000_000
    assert rows.uncut() == []


def test_approving_twice_sends_a_clip_once(rows: CaptureRows, moment: Moment, clock: HeldClock) -> None:
    rows.clip_made(moment, made(), clock.now())
    assert facts(rows, Lane.CLIPS) == []
    assert rows.approve(CLIP, clock.now())
    assert not rows.approve(CLIP, clock.now())
    (message,) = facts(rows, Lane.CLIPS)
    assert (message["clip"], message["cut"], message["event"]) == (CLIP, "landscape", EVENT)
    assert message["files"] == [
        {
            "kind": file.kind,
            "name": file.name,
            "size_bytes": file.size_bytes,
            "sha256": file.sha256,
            "part_bytes": PART_BYTES,
            "parts": list(file.parts),
        }
        for file in made().files
    ]
    assert [fact["kind"] for fact in facts(rows)] == [
        "capture_started",
        "moment_marked",
        "clip_made",
        "clip_approved",
    ]


def test_making_a_clip_twice_is_making_it_once(rows: CaptureRows, moment: Moment, clock: HeldClock) -> None:
    rows.clip_made(moment, made(), clock.now())
    rows.clip_made(moment, made(), clock.now())
    assert [fact["kind"] for fact in facts(rows)].count("clip_made") == 1


def test_a_failed_moment_says_why_and_is_never_tried_again(rows: CaptureRows, moment: Moment) -> None:
    rows.moment_failed(moment, "The card is full.")
    (clip,) = rows.clips()
    assert (clip.state, clip.why) == (ClipState.FAILED, "The card is full.")
    assert rows.uncut() == []


def test_a_run_left_open_ends_at_the_last_second_that_was_noted(
    rows: CaptureRows, run: Run, clock: HeldClock
) -> None:
    rows.run_seen(run.id, clock.now() + timedelta(seconds=7))
    assert rows.end_open_runs() == 1
    assert rows.end_open_runs() == 0
    (ended,) = rows.runs(EVENT)
    assert ended.why is StopReason.RESTARTED
    assert facts(rows)[-1]["duration_ms"] == 7000


def test_a_finished_run_says_from_when_to_when(rows: CaptureRows, run: Run, clock: HeldClock) -> None:
    ended_at = clock.now() + timedelta(seconds=90.5)
    rows.run_ended(run, ended_at, StopReason.LEASE_ENDED)
    assert rows.runs(EVENT) == [replace(run, seen_at=ended_at, ended_at=ended_at, why=StopReason.LEASE_ENDED)]
    stopped = facts(rows)[-1]
    assert (stopped["from"], stopped["to"]) == ("2026-11-27T18:00:00.000Z", "2026-11-27T18:01:30.500Z")
    assert (stopped["item"], stopped["duration_ms"]) == ("qa", 90_500)


def test_an_unknown_clip_is_told(rows: CaptureRows) -> None:
    with pytest.raises(MatineeError, match="no clip 01NONE"):
        rows.clip(ClipId("01NONE"))


def test_before_the_capture_has_run_there_is_nothing_to_read(paths: Paths) -> None:
    with pytest.raises(MatineeError) as missing:
        CaptureRows.reader(paths)
    assert missing.value.key == "store.missing"
