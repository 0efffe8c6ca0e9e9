"""A box that does not know the time is told by an operator's phone, and says how it knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient

from appliance.clock import ClockTrust, HeldClock
from appliance.paths import Paths
from appliance.runtime.clock_note import read_note
from lab.show_process import ShowProcess
from lab.staff_room import Person


@pytest.fixture
def show(paths: Paths) -> Iterator[ShowProcess]:
    running = ShowProcess(paths)
    yield running
    running.stop()


def test_a_phone_tells_the_time_and_nonsense_is_refused(
    show: ShowProcess, operator: Person, clock: HeldClock
) -> None:
    clock.trust = ClockTrust.NONE
    page = unescape(operator.browser.get("/setup").text)
    assert "Nobody has told this box the time" in page
    assert f"{clock.now().astimezone():%H:%M, %A %d %B %Y}" in page
    later = clock.now() + timedelta(days=400)
    assert operator.post("/setup/time", phone=later.isoformat(), at="2026-01-01T10:00").status_code == 303
    note = read_note(show.paths.root)
    assert note is not None
    assert note.told
    assert abs(note.known - later) < timedelta(minutes=1), "the phone's own word counts, not the field's"
    for wrong in ("", "soon", "2026-13-01T10:00"):
        refused = operator.post("/setup/time", at=wrong)
        assert "That is no date and time" in unescape(refused.text)
    typed = (later + timedelta(days=1)).astimezone()
    assert operator.post("/setup/time", at=f"{typed:%Y-%m-%dT%H:%M}").status_code == 303


def test_where_a_time_service_is_heard_nobody_is_asked(operator: Person, clock: HeldClock) -> None:
    clock.trust = ClockTrust.PROVEN
    page = operator.browser.get("/setup").text
    assert "vouches for it" in page
    assert 'action="/setup/time"' not in page


def test_strangers_set_no_clock(browser: FlaskClient) -> None:
    assert browser.post("/setup/time", data={"at": "2026-11-27T20:00"}).status_code in {302, 303, 401, 403}
