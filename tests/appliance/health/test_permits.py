"""The audit of permits over all evenings to come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from appliance.cli.permits import permits
from appliance.clock import ClockTrust
from appliance.errors import MatineeError
from appliance.health.permits import permit_issues
from appliance.ids import EventId
from appliance.manifest.event_folder import lay_event
from appliance.paths import Paths
from lab.evening import MANIFEST, PACKING

PERMIT = """
[[permit]]
id = "projection"
title = "Projection permit"
reference = "B-17"
expires = 2026-12-10
without = "refuse"
remind_days = 20
"""
NOW = datetime(2026, 11, 15, tzinfo=UTC)


@pytest.fixture
def box(paths: Paths) -> Paths:
    lay_event(paths.events, EventId("small-evening"), MANIFEST + PERMIT, PACKING)
    return paths


def kinds(box: Paths, after_days: int) -> list[tuple[str, bool]]:
    found = permit_issues(box, NOW + timedelta(days=after_days), ClockTrust.PROVEN)
    return [(one.key, one.grave) for one in found]


def test_a_permit_is_spoken_of_when_it_is_time_and_not_after_the_evening(box: Paths) -> None:
    assert kinds(box, 0) == []
    assert kinds(box, 6) == [("permit_soon:small-evening:projection", False)]
    assert kinds(box, 14) == []  # the evening is over
    (soon,) = permit_issues(box, NOW + timedelta(days=6), ClockTrust.PROVEN)
    assert "runs out on 10 December 2026" in soon.sentence
    assert "Ask for a new one now" in soon.suggestion


def test_one_that_will_not_hold_on_the_evening_is_grave_weeks_before(box: Paths) -> None:
    text = (MANIFEST + PERMIT).replace("2026-12-10", "2026-11-26")
    lay_event(box.events, EventId("small-evening"), text, PACKING)
    assert kinds(box, -30) == [("permit_bad:small-evening:projection", True)]


def test_while_the_evening_goes_on_past_midnight_nobody_is_frightened(box: Paths) -> None:
    text = (MANIFEST + PERMIT).replace("2026-12-10", "2026-11-27")
    lay_event(box.events, EventId("small-evening"), text, PACKING)
    past_midnight = datetime(2026, 11, 28, 1, tzinfo=UTC)
    (still,) = permit_issues(box, past_midnight, ClockTrust.PROVEN)
    assert still.key.startswith("permit_soon")


def test_the_report_says_so_for_people_and_programs(box: Paths) -> None:
    text = (MANIFEST + PERMIT).replace('reference = "B-17"\n', "").replace("2026-11-27", "2126-11-27")
    lay_event(box.events, EventId("small-evening"), text, PACKING)
    said = CliRunner().invoke(permits, [], obj=box)
    assert "has not been given yet" in said.output
    assert isinstance(said.exception, MatineeError)
    assert said.exception.key == "cli.permits_found"
    said = CliRunner().invoke(permits, ["--json"], obj=box)
    assert '"refuses": true' in said.output
