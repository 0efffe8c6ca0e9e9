"""The report finds whatever was promised to people and is not in the bucket."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.dev.audience import Taking
from appliance.dev.evening import Deeds
from appliance.dev.evening_report import Arrived, missing, report_lines
from appliance.ids import ClipId
from provisioning.cloud.figures import EventFigures

CLIP = ClipId("01M7ZS7RYAP79272BFGBSZYZ5S")
DEEDS = Deeds(passes=5, takings={"print": [Taking.CLAIMED, Taking.CLAIMED, Taking.SOLD_OUT]}, clips=[CLIP])
FIGURES = EventFigures("night", ("box",), 5, 0, claims={"print": 2}, clips_made=1, clips_approved=1, facts=20)
ARRIVED = Arrived(FIGURES, 5, ((f"boxes/box=box/event=night/clips/{CLIP}.landscape.mp4", 1000),))


def test_a_good_evening_misses_nothing() -> None:
    assert missing(DEEDS, ARRIVED) == []


def test_an_empty_bucket_is_said_so() -> None:
    assert missing(DEEDS, Arrived(None, 0, ())) == ["nothing arrived in the bucket"]


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 3))
def test_every_figure_that_differs_is_named(people: int, attendance: int, claims: int, clips: int) -> None:
    figures = replace(FIGURES, attendance=attendance, claims={"print": claims}, clips_approved=clips)
    found = missing(DEEDS, replace(ARRIVED, figures=figures, people=people))
    wrong = [people != 5, attendance != 5, claims != 2, clips != 1]
    assert len(found) == sum(wrong)


def test_a_clip_whose_file_is_not_there_is_missed() -> None:
    assert missing(DEEDS, replace(ARRIVED, objects=())) == [f"clip {CLIP} is not there"]


def test_an_evening_without_a_clip_is_not_whole() -> None:
    figures = replace(FIGURES, clips_approved=0)
    assert missing(replace(DEEDS, clips=[]), replace(ARRIVED, figures=figures)) == ["no clip was made"]


def test_the_report_says_when_what_and_how_much() -> None:
    text = "\n".join(report_lines("A Night", [(65.0, "a moment was marked")], DEEDS, ARRIVED))
    assert "01:05  a moment was marked" in text
    assert "print: 2 taken, 1 came too late" in text
    assert "In the bucket: 1 objects" in text
