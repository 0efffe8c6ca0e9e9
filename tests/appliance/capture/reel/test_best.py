"""Which moments the reel has: marked by hand first, the best of the rest, in the order of the evening."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from appliance.capture.reel.best import LONGEST_MS, best
from appliance.clock import HeldClock
from appliance.ids import ClipId, EventId, ItemId, MomentId
from appliance.manifest import event_manifest
from appliance.model.capture import OVERHEAD, REEL, Clip, ClipState
from appliance.model.event import Event
from lab.audience import SAMPLE


@pytest.fixture(scope="module")
def event() -> Event:
    return event_manifest.check(SAMPLE.read_text())


def clip(number: int, score: float | None = None, item: str = "questions", seconds: int = 12) -> Clip:
    return Clip(
        ClipId(f"{number:02}"), MomentId(f"m{number:02}"), EventId("e"), ItemId(item), ClipState.APPROVED,
        "operator" if score is None else "listening", HeldClock().now() + timedelta(minutes=number), 0,
        score=score, duration_ms=seconds * 1000, moment_ms=8000,
    )  # fmt: skip


def names(clips: list[Clip], event: Event) -> list[str]:
    return [piece.clip.id for piece in best(clips, event)]


def test_a_hand_comes_before_any_score_and_they_stand_as_they_happened(event: Event) -> None:
    clips = [clip(number, score=0.9) for number in range(1, 12)] + [clip(12), clip(13)]
    chosen = names(clips, event)
    assert {"12", "13"} <= set(chosen)
    assert chosen == sorted(chosen)


def test_a_moment_that_both_cameras_saw_is_in_it_once(event: Event) -> None:
    first, other = clip(1), clip(2)
    above = replace(first, id=ClipId("03"), reason=f"marked by hand, {OVERHEAD}")
    assert names([above, first, other], event) == ["01", "02"]
    assert names([above, other], event) == ["03", "02"], "where the crew shows it from overhead alone"


def test_it_is_never_longer_than_a_minute_and_no_piece_is_a_blink(event: Event) -> None:
    pieces = best([clip(number, seconds=30) for number in range(40)], event)
    assert sum(piece.duration_ms for piece in pieces) <= LONGEST_MS
    assert min(piece.duration_ms for piece in pieces) >= 1500


def test_every_piece_has_its_moment_in_it(event: Event) -> None:
    for moment_ms in (0, 3000, 8000, 12_000):
        one, other = replace(clip(1), moment_ms=moment_ms), clip(2)
        (piece, _) = best([one, other], event)
        assert 0 <= piece.from_ms <= moment_ms <= piece.until_ms <= one.duration_ms


def test_no_item_takes_it_all(event: Event) -> None:
    loud = [clip(number, score=0.99) for number in range(10)]
    chosen = names([*loud, clip(50, score=0.1, item="welcome"), clip(51, score=0.1, item="goodnight")], event)
    assert {"50", "51"} <= set(chosen)


@pytest.mark.parametrize("state", [state for state in ClipState if state is not ClipState.APPROVED])
def test_what_may_not_be_shown_is_in_no_reel(event: Event, state: ClipState) -> None:
    clips = [clip(1), clip(2), replace(clip(3), state=state), replace(clip(4), by=REEL)]
    assert names(clips, event) == ["01", "02"]
    assert names([clip(1), replace(clip(3), state=state)], event) == []
