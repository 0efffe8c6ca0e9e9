"""A developer's box is paired with its developer's organiser: its passes carry their certificate."""

from __future__ import annotations

from pathlib import Path

from appliance.clock import HeldClock
from appliance.dev.organiser_keys import ensure_certified
from appliance.ids import AttendeeId, BoxId, EventId
from appliance.paths import Paths
from lab.organiser_root import PassBox


def test_its_passes_are_taken_by_another_box_of_the_same_organiser(paths: Paths, tmp_path: Path) -> None:
    organiser, other = tmp_path / "organiser", Paths(tmp_path / "other").ensure()
    before = PassBox(paths, BoxId("dev")).passes().issue(AttendeeId("1"), EventId("e"), HeldClock().now())
    for _ in range(2):
        ensure_certified(organiser, paths, BoxId("dev"))
    ensure_certified(organiser, other, BoxId("other"))
    text = PassBox(paths, BoxId("dev")).passes().issue(AttendeeId("1"), EventId("e"), HeldClock().now())
    assert PassBox(other, BoxId("other")).reader().read(text).box == "dev"
    assert PassBox(paths, BoxId("dev")).reader().read(before).attendee == "1"
