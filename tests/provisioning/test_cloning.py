"""The same evening at the next venue, with a diff."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from appliance.cli.event import event
from appliance.manifest import event_manifest
from lab.evening import MANIFEST
from provisioning import templating
from provisioning.cloning import clone

STARTS = templating.when("2026-12-04 19:30+01:00")
PAPERS = """
[[permit]]
id = "venue"
title = "The venue's agreement"
reference = "by mail"

[[permit]]
id = "film"
title = "The film's licence"
reference = "L-4"
for_venue = false

[[licence]]
film = "short.mp4"
not_after = 2026-11-30T00:00:00+01:00

[series]
id = "harbour"
title = "Harbour nights"
number = 2
of = 3
"""


def test_the_day_the_venue_and_its_papers_change_and_nothing_else() -> None:
    made = clone(MANIFEST + PAPERS, STARTS, {"name": "The Yard", "capacity": 25})
    before, after = event_manifest.check(MANIFEST + PAPERS), event_manifest.check(made.text)
    assert after.id == "a-small-evening-2026-12-04"
    assert after.starts - before.starts == after.doors - before.doors == timedelta(days=7)
    assert (after.venue.name, after.venue.capacity) == ("The Yard", 25)
    assert after.programme == before.programme
    assert (after.drops, after.cues) == (before.drops, before.cues)
    assert [permit.reference for permit in after.plan.permits] == ["", "L-4"]
    assert after.plan.series is not None
    assert after.plan.series.number == 3
    assert made.to_do == (
        "Ask again for: The venue's agreement",
        "The licence of short.mp4 ends before the next evening: ask for it again.",
    )
    changed = [line for line in made.diff.splitlines() if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    assert '-name = "Café Meridian"' in changed
    assert '+name = "The Yard"' in changed
    assert len(changed) == 13


def test_dates_of_a_48_hour_exclusive_move_along() -> None:
    text = templating.new_evening("exclusive-48-hours")
    said = {hole.name: f"some-{hole.name}" for hole in templating.open_holes(text)}
    first = templating.fill(text, {**said, "title": "X", "starts": STARTS})
    later = STARTS + timedelta(days=21)
    made = event_manifest.check(clone(first, later, {}).text)
    assert made.drops[0].windows[0].opens == later
    assert made.extras[0].opens == later
    assert made.extras[0].closes == later + timedelta(hours=48)


def test_a_dozen_evenings_come_of_one_template(tmp_path: Path) -> None:
    (tmp_path / "event.toml").write_text(MANIFEST + PAPERS.replace("of = 3", "of = 20"), "utf-8")
    said = CliRunner().invoke(
        event,
        ["clone", str(tmp_path / "event.toml"), str(tmp_path / "night"), "--starts", "2026-12-04 19:30+01:00",
         "--times", "12", "--every", "7"],
        catch_exceptions=False,
    )  # fmt: skip
    assert said.exit_code == 0
    made = sorted(
        (event_manifest.read(path) for path in tmp_path.glob("night*/event.toml")), key=lambda one: one.starts
    )
    assert len(made) == 12
    assert [one.plan.series.number for one in made if one.plan.series] == list(range(3, 15))
    assert made[11].starts - made[0].starts == timedelta(days=77)
    assert "The venue's agreement" in said.output
