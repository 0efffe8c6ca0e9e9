"""`matinee update`: what a newer Matinee waits for, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from appliance.cli.update import FROZEN, is_drawn, is_far, is_network_well, update
from appliance.clock import ClockTrust, HeldClock
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from lab.evening import MANIFEST
from lab.free_port import free_port
from lab.ola import wait_until
from lab.show_process import ShowProcess


@pytest.fixture
def show(paths: Paths) -> Iterator[ShowProcess]:
    ports = f"[portal]\nport = {free_port()}\n[console]\nport = {free_port()}\n"
    made = ShowProcess(paths, f'[osc]\nlisten = ""\n{ports}')
    yield made
    made.stop()


def fault_of(paths: Paths, verb: str) -> MatineeError | None:
    """What ``matinee update verb`` refuses with; None: it ended well."""
    found = CliRunner().invoke(update, [verb], obj=paths).exception
    assert found is None or isinstance(found, MatineeError)
    return found


def test_a_newer_system_waits_while_an_evening_is_on_the_box(show: ShowProcess) -> None:
    assert fault_of(show.paths, "free") is None
    soon = datetime.now(UTC) + timedelta(hours=3)
    show.load(re.sub(r"(starts|doors) = .*", rf"\1 = {soon:%Y-%m-%dT%H:%M:00Z}", MANIFEST))
    refused = fault_of(show.paths, "free")
    assert refused is not None
    assert refused.key == "cli.update_frozen"
    assert "is loaded and not over" in refused.sentence


DOORS = datetime.fromisoformat("2026-11-27T19:00:00+01:00")


def test_an_evening_weeks_ahead_holds_no_newer_system_up_and_one_of_tomorrow_does(show: ShowProcess) -> None:
    show.load(MANIFEST)
    weeks = HeldClock(DOORS - timedelta(days=20))
    assert is_far(show.paths, weeks)
    weeks.set_wall(DOORS - FROZEN + timedelta(seconds=1))
    assert not is_far(show.paths, weeks)
    assert not is_far(show.paths, HeldClock(DOORS - timedelta(days=20), ClockTrust.NONE)), "by what clock?"


def test_a_new_start_waits_while_an_evening_is_under_way_and_for_nothing_else(show: ShowProcess) -> None:
    idle = fault_of(show.paths, "busy")
    assert idle is not None
    assert idle.key == "cli.update_not_busy"
    show.load(MANIFEST)
    assert fault_of(show.paths, "busy") is not None, "the doors are not open yet"
    show.client.do(Verb.GO)
    wait_until(lambda: show.client.status().phase is Phase.RUNNING, 20)
    assert fault_of(show.paths, "busy") is None
    refused = fault_of(show.paths, "free")
    assert refused is not None, "however far its doors are"
    show.stop()
    assert fault_of(show.paths, "busy") is not None, "nobody answers: what is broken may start again"


def test_nothing_counts_before_picture_pages_and_network_were_seen(show: ShowProcess) -> None:
    refused = fault_of(show.paths, "seen")
    assert refused is not None
    assert refused.sentence == "Not seen yet: picture, attendees' pages, staff's pages, network."


def test_nobody_answers_so_nothing_is_changed(paths: Paths) -> None:
    refused = fault_of(paths, "free")
    assert refused is not None
    assert refused.key == "ipc.not_running"


@pytest.mark.parametrize(
    ("fault", "well"),
    [
        ("", True),
        (MatineeError("network.uplink_captive").sentence, True),
        (MatineeError("network.uplink_claims").sentence, True),
        (MatineeError("network.no_port", port="eth0").sentence, False),
        (MatineeError("network.missing", program="nftables").sentence, False),
    ],
)
def test_a_hotels_sign_in_page_speaks_against_no_newer_one(fault: str, well: bool) -> None:
    assert is_network_well(fault) is well


@pytest.mark.parametrize(("light", "drawn"), [(0, False), (8, False), (200, True)])
def test_a_plain_wall_is_no_picture(light: int, drawn: bool) -> None:
    picture = Image.new("RGB", (64, 36))
    picture.paste((light, light, light), (16, 8, 48, 28))
    jpeg = BytesIO()
    picture.save(jpeg, "JPEG")
    assert is_drawn(jpeg.getvalue()) is drawn


def test_what_became_of_the_newer_ones_is_told(tmp_path: Path) -> None:
    told = CliRunner().invoke(update, ["report", "--shelf", str(tmp_path)])
    assert "never given a newer Matinee" in told.output
    (tmp_path / "report.txt").write_text("0.2.0 was given up: it did not come up; slot a runs again\n")
    told = CliRunner().invoke(update, ["report", "--shelf", str(tmp_path)])
    assert told.output == "0.2.0 was given up: it did not come up; slot a runs again\n"
