"""The reel is a film of its parts, and goes with any of them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.capture.cuts import nicest_ffmpeg
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import ClipId
from appliance.model.capture import REEL, Clip, ClipState
from appliance.paths import Paths
from appliance.store.capture_rows import CaptureRows
from appliance.store.outbox import Lane, messages_after
from lab.audience import SAMPLE, Evening
from lab.clip_desk import ClipDesk
from lab.house import make_house


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=2)


@pytest.fixture
def desk(paths: Paths, clock: HeldClock, film: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClipDesk]:
    # on a machine that is busy with other tests the nicest would wait for minutes
    monkeypatch.setattr(nicest_ffmpeg, "NICEST", ("nice", "-n", "5"))
    evening = Evening(paths, clock, SAMPLE.read_text())
    desk = ClipDesk(paths, clock, evening.event.id, film, "questions", duration_ms=2000)
    for name in ("01A", "01B", "01C"):
        desk.clip(name)
        clock.advance(60)
    yield desk
    desk.close()


def reel_of(desk: ClipDesk) -> Clip:
    """The one that is made by itself when the show is over."""
    desk.reels.show_over(desk.event)
    with pytest.raises(MatineeError, match="is being made"):
        desk.reels.order(desk.event)
    desk.later.get(timeout=240)()
    assert desk.reels.fault == ""
    desk.reels.show_over(desk.event)
    assert not desk.reels.in_work, "one is enough"
    return next(clip for clip in desk.rows.clips(desk.event) if clip.by == REEL)


def shown(rows: CaptureRows, desk: ClipDesk) -> set[str]:
    return {clip.id for clip in rows.approved(desk.event)}


def test_the_reel_plays_waits_for_a_yes_and_goes_with_each_of_its_parts(desk: ClipDesk) -> None:
    reel = reel_of(desk)
    assert (reel.state, reel.reason) == (ClipState.MADE, "the best of the evening: 3 moments")
    film = desk.paths.clips / f"{reel.id}.landscape.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-xerror", "-i", str(film), "-f", "null", "-"], check=True)
    assert reel.duration_ms == pytest.approx(6000, abs=300)
    desk.clips.approve(reel.id)
    assert reel.id in shown(desk.rows, desk)
    wish = desk.removals.ask(desk.event, ClipId("01B"), "ann", "")
    assert shown(desk.rows, desk) == {"01A", "01C"}, "the reel is held with its part"
    desk.removals.not_in_it(wish.id, ClipId("01B"))
    assert reel.id in shown(desk.rows, desk)
    desk.removals.withdraw(ClipId("01B"))
    assert shown(desk.rows, desk) == {"01A", "01C"}
    assert desk.rows.clip(reel.id).state is ClipState.WITHDRAWN
    assert not film.exists()
    facts = messages_after(desk.rows.database, Lane.FACTS, 0)
    down = [json.loads(fact.body)["clip"] for fact in facts if fact.kind == "clip_withdrawn"]
    assert down == [reel.id, "01B"], "never a moment in which the reel shows what was taken down"
    assert {path.name for path in desk.paths.clips.glob("*.withdrawn.json")} == {
        "01B.withdrawn.json", f"{reel.id}.withdrawn.json",
    }  # fmt: skip


def test_a_reel_of_a_clip_that_was_taken_down_while_it_was_made_does_not_come(desk: ClipDesk) -> None:
    desk.reels.order(desk.event)
    finish = desk.later.get(timeout=240)
    desk.removals.withdraw(ClipId("01B"))
    finish()
    assert "01B" in desk.reels.fault
    assert all(clip.by != REEL for clip in desk.rows.clips(desk.event))
    assert {path.name.partition(".")[0] for path in desk.paths.clips.iterdir()} == {"01A", "01B", "01C"}


def test_too_few_moments_are_said(desk: ClipDesk) -> None:
    for name in ("01B", "01C"):
        desk.removals.withdraw(ClipId(name))
    with pytest.raises(MatineeError, match="at least two clips"):
        desk.reels.order(desk.event)
    desk.reels.show_over(desk.event)
    assert not desk.reels.in_work
