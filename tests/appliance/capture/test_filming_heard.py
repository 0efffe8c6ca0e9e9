"""What is heard becomes a clip: where it was, with its why, and only in the run it was heard in."""

from __future__ import annotations

from pathlib import Path

import pytest

from appliance.capture.scoring import ScoredMoment
from appliance.model.capture import LISTENING
from lab.paper_house import House, StandingEar, reread


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def test_what_was_heard_is_marked_where_it_was_and_says_why(house: House) -> None:
    house.flip()
    house.film(4)
    house.hear(ago_s=1.5, score=0.62)
    house.film(1)
    (clip,) = reread(house)
    assert (clip.by, clip.score, clip.item) == (LISTENING, 0.62, "item-1")
    assert clip.reason.startswith("laughter 0.91 for 1 s, at 00:0")
    house.close()  # what is being cut is cut
    (cut,) = house.cutter.cut
    at_us = house.now_us - 2_500_000
    assert min(cut) == pytest.approx(at_us - 2_000_000, abs=600_000)
    assert max(cut) >= at_us


def test_what_was_heard_before_this_run_is_nobodys_business(house: House) -> None:
    house.flip()
    house.film(2)
    house.flip()
    house.film(0.5)
    house.hear()  # nothing may be filmed now
    house.flip()
    house.film(0.5)
    house.hear(ago_s=1.4)  # in the other item
    house.film(3)
    assert reread(house) == []
    house.close()


def test_what_goes_on_as_filming_ends_is_marked_with_the_rest(tmp_path: Path) -> None:
    ear = StandingEar()
    house = House(tmp_path, ear)
    house.flip()
    house.film(3)
    began_s = house.clock.monotonic() - 1
    ear.hears = ScoredMoment(began_s, began_s + 0.9, 0.5, "applause 0.95 for 1 s")
    house.flip()
    house.film(0.5)
    (clip,) = reread(house)
    assert (clip.by, clip.score) == (LISTENING, 0.5)
    assert ear.runs == ["began", "ended"]
    house.close()
