"""What the box sees by itself that speaks against showing a clip elsewhere."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.reuse import is_double
from appliance.clock import HeldClock
from appliance.ids import ClipId, EventId, ItemId, MomentId
from appliance.model.capture import OVERHEAD, REEL, Clip, ClipState
from appliance.model.reuse import Doubt
from appliance.paths import Paths
from lab.audience import SAMPLE, Evening
from lab.clip_desk import ClipDesk
from lab.house import make_house

PERMIT = '\n[[permit]]\nid = "film"\ntitle = "Leave to film"\nexpires = 2020-01-01\nreference = "F 12"\n'


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_house(tmp_path_factory.mktemp("film") / "clip.mp4", seconds=1)


@pytest.fixture
def desk(paths: Paths, clock: HeldClock, film: Path) -> Iterator[ClipDesk]:
    evening = Evening(paths, clock, SAMPLE.read_text() + PERMIT)
    desk = ClipDesk(paths, clock, EventId(evening.event.id), film, duration_ms=4000)
    yield desk
    desk.close()


def spoken(desk: ClipDesk) -> dict[str, set[Doubt]]:
    found = desk.check.doubts(desk.event)
    return {clip: {one.what for one in doubts} - {Doubt.PAPER} for clip, doubts in found.items()}


def test_each_clip_is_looked_over_before_somebody_shows_it_elsewhere(
    desk: ClipDesk, clock: HeldClock, tmp_path: Path
) -> None:
    desk.clip("01A")
    assert spoken(desk) == {"01A": set()}
    assert [one.about for one in desk.check.doubts(desk.event)["01A"]] == ["Leave to film"]
    desk.clip("01B")
    assert desk.check.doubts(desk.event)["01B"][0].about == "01A", "the same moment again"
    clock.advance(60)
    desk.duration_ms = 1000
    desk.clip("01C")
    clock.advance(60)
    desk.duration_ms = 4000
    for name, look in (("01D", "gblur=sigma=12"), ("01E", "lutyuv=y=16:u=128:v=128")):
        made = ("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=10:duration=1,{look}")
        path = tmp_path / f"{name}.mp4"
        subprocess.run(["ffmpeg", "-v", "error", *made, "-c:v", "libx264", "-bf", "0", path], check=True)
        desk.film = path
        desk.clip(name, approved=False)
        clock.advance(60)
    desk.removals.ask(desk.event, ClipId("01D"), "ann", "")
    assert spoken(desk) == {
        "01A": set(),
        "01B": {Doubt.TWICE},
        "01C": {Doubt.SHORT},
        "01D": {Doubt.UNSHARP, Doubt.ASKED},
        "01E": {Doubt.DARK},
    }


def test_what_lies_in_the_bucket_alone_is_not_judged_by_its_picture(desk: ClipDesk) -> None:
    desk.clip("01A")
    (desk.paths.clips / "01A.landscape.jpg").unlink()
    assert spoken(desk) == {"01A": set()}
    assert desk.check.doubts(EventId("another")) == {}


def clip(name: str, at_s: float, duration_ms: int, *, by: str = "operator", reason: str = "") -> Clip:
    at = HeldClock().now() + timedelta(seconds=at_s)
    return Clip(
        ClipId(name), MomentId(name), EventId("friday"), ItemId("qa"), ClipState.MADE, by, at, 0,
        duration_ms=duration_ms, moment_ms=duration_ms // 2, reason=reason,
    )  # fmt: skip


@given(st.floats(-60, 60), st.integers(1, 30_000), st.integers(1, 30_000))
def test_of_two_clips_at_most_the_later_one_is_the_double(at_s: float, one_ms: int, other_ms: int) -> None:
    one, other = clip("01A", 0, one_ms), clip("01B", at_s, other_ms)
    assert not is_double(one, other)
    apart = abs(at_s) * 1000 >= (one_ms + other_ms) / 2 + 2
    assert not (apart and is_double(other, one))
    same = clip("01B", 0, one_ms)
    assert is_double(same, one)


def test_another_angle_and_the_reel_are_no_doubles() -> None:
    first = clip("01A", 0, 9000)
    assert not is_double(clip("01B", 0, 9000, reason=f"marked by hand, {OVERHEAD}"), first)
    assert not is_double(clip("01B", 0, 9000, by=REEL), first)
