"""Whoever asks not to be shown is believed at once; the crew decides clip by clip."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import BoxId, ClipId, EventId, ItemId, MomentId, Sha256, ShowId, new_id
from appliance.model.capture import ClipFile, ClipState, Moment, NewClip, Run, RunId
from appliance.model.removal import Release, Removal, RemovalId
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Lane, Outbox, messages_after
from appliance.store.outboxes import Outboxes
from appliance.store.removal_rows import RemovalRows, asked_by, release_of

EVENT = EventId("friday")
NOTICE = ClipFile("withdrawn", "json", "01A.withdrawn.json", 90, Sha256("n" * 64))


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> CaptureRows:
    rows = CaptureRows.owner(paths, Outbox(BoxId("box"), clock))
    now = clock.now()
    rows.run_began(Run(RunId("run"), EVENT, ShowId("s"), ItemId("qa"), "cam", 0, now, now))
    for name in ("01A", "01B"):
        _made(rows, name, clock)
        rows.approve(ClipId(name), now)
    return rows


@pytest.fixture
def removals(rows: CaptureRows, clock: HeldClock) -> RemovalRows:
    return RemovalRows(rows.database, Outbox(BoxId("box"), clock))


def _made(rows: CaptureRows, name: str, clock: HeldClock) -> None:
    moment = Moment(
        id=MomentId(f"m{name}"), clip=ClipId(name), run=RunId("run"), event=EVENT, show=ShowId("s"),
        item=ItemId("qa"), by="operator", at=clock.now(), position_ms=0, pre_roll_ms=0, post_roll_ms=0,
    )  # fmt: skip
    rows.moment_marked(moment)
    file = ClipFile("landscape", "mp4", f"{name}.landscape.mp4", 10, Sha256("a" * 64))
    rows.clip_made(moment, NewClip(ClipId(name), 1000, 500, 640, 360, (file,)), clock.now())


def wish(clock: HeldClock, clip: str | None, asker: str = "ann") -> Removal:
    name = None if clip is None else ClipId(clip)
    return Removal(RemovalId(new_id()), EVENT, name, asker, "row 3", clock.now())


def shown(rows: CaptureRows) -> set[str]:
    return {clip.id for clip in rows.approved(EVENT)}


def kinds(rows: CaptureRows) -> list[str]:
    return [message.kind for message in messages_after(rows.database, Lane.FACTS, 0)]


def test_a_wish_holds_its_clip_and_no_other_until_the_crew_has_looked(
    rows: CaptureRows, removals: RemovalRows, clock: HeldClock
) -> None:
    asked = removals.ask(wish(clock, "01A"))
    assert shown(rows) == {"01B"}
    assert rows.clip(ClipId("01A")).state is ClipState.HELD
    assert [one.words for one in rows.clip(ClipId("01A")).asked] == ["row 3"]
    assert release_of(rows.database, "01A") is Release.HELD
    removals.not_in_it(asked.id, rows.clip(ClipId("01A")), clock.now())
    assert shown(rows) == {"01A", "01B"}
    assert kinds(rows)[-2:] == ["removal_asked", "removal_answered"]


def test_a_wish_for_the_evening_also_holds_what_is_filmed_later(
    rows: CaptureRows, removals: RemovalRows, clock: HeldClock
) -> None:
    asked = removals.ask(wish(clock, None))
    assert shown(rows) == set()
    _made(rows, "01C", clock)
    assert rows.clip(ClipId("01C")).state is ClipState.HELD
    removals.not_in_it(asked.id, rows.clip(ClipId("01A")), clock.now())
    assert shown(rows) == {"01A"}


def test_two_who_ask_both_have_to_be_answered(
    rows: CaptureRows, removals: RemovalRows, clock: HeldClock
) -> None:
    first, second = removals.ask(wish(clock, "01A")), removals.ask(wish(clock, None, "bob"))
    removals.not_in_it(first.id, rows.clip(ClipId("01A")), clock.now())
    assert "01A" not in shown(rows)
    removals.not_in_it(second.id, rows.clip(ClipId("01A")), clock.now())
    assert "01A" in shown(rows)


def test_who_asks_twice_has_asked_once_and_may_take_it_back_but_nobody_elses(
    rows: CaptureRows, removals: RemovalRows, clock: HeldClock
) -> None:
    asked = removals.ask(wish(clock, "01A"))
    assert removals.ask(wish(clock, "01A")).id == asked.id
    assert kinds(rows).count("removal_asked") == 1
    with pytest.raises(MatineeError, match="not known here any more"):
        removals.take_back(asked.id, "bob", clock.now())
    removals.take_back(asked.id, "ann", clock.now())
    assert asked_by(rows.database, EVENT, "ann") == []
    assert shown(rows) == {"01A", "01B"}
    assert removals.ask(wish(clock, "01A")).id != asked.id


def test_what_is_taken_down_never_comes_back_and_the_bucket_is_told(
    rows: CaptureRows, removals: RemovalRows, clock: HeldClock, paths: Paths
) -> None:
    asked = removals.ask(wish(clock, "01A"))
    assert removals.withdraw(rows.clip(ClipId("01A")), clock.now(), NOTICE)
    assert not removals.withdraw(rows.clip(ClipId("01A")), clock.now(), NOTICE)
    removals.take_back(asked.id, "ann", clock.now() + timedelta(minutes=1))
    gone = rows.clip(ClipId("01A"))
    assert (gone.state, gone.files, shown(rows)) == (ClipState.WITHDRAWN, (), {"01B"})
    sent = [json.loads(message.body) for message in messages_after(rows.database, Lane.CLIPS, 0)]
    assert [file["name"] for file in sent[-1]["files"]] == [NOTICE.name]
    assert kinds(rows).count("clip_withdrawn") == 1
    outboxes = Outboxes(paths)
    assert [outboxes.release(clip) for clip in ("01A", "01B", "01Z")] == [
        Release.WITHDRAWN, Release.GIVEN, Release.HELD,
    ]  # fmt: skip


def test_no_fact_says_who_asked(rows: CaptureRows, removals: RemovalRows, clock: HeldClock) -> None:
    asked = removals.ask(wish(clock, "01A", "canary-of-ann"))
    removals.not_in_it(asked.id, rows.clip(ClipId("01A")), clock.now())
    removals.take_back(asked.id, "canary-of-ann", clock.now())
    bodies = [message.body for lane in Lane for message in messages_after(rows.database, lane, 0)]
    assert not [body for body in bodies if "canary" in body or "row 3" in body]
