"""What a cue calls everybody to stands over every page, and between two items the page knows where it is."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.model.show_view import Phase
from appliance.paths import Paths
from lab.audience import SAMPLE, Evening, Phone

CALLS = """
[[cue]]
id = "bell"
on = "outside"
trigger = "bell"
do = [{ call_members = "We begin in <ten> minutes" }]

[[cue]]
id = "quiet"
on = "outside"
trigger = "quiet"
do = [{ call_members = "" }]
"""


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, SAMPLE.read_text() + CALLS)


def said(phone: Phone, path: str) -> str:
    page = phone.get(path).text
    return page.partition('id="call"')[2].partition("</p>")[0]


@pytest.mark.parametrize("path", ["/", "/programme", "/drops", "/watch", "/help"])
def test_a_call_stands_over_every_page_until_it_is_taken_away(
    phone: Phone, evening: Evening, path: str
) -> None:
    assert " hidden>" in said(phone, path)
    evening.fire("bell")
    assert "We begin in &lt;ten&gt; minutes" in said(phone, path)
    assert "hidden" not in said(phone, path)
    assert phone.get("/api/v1/drops").get_json()["call"] == "We begin in <ten> minutes"
    evening.fire("quiet")
    assert " hidden>" in said(phone, path)


def test_nobody_is_called_before_an_event_is_loaded(client: FlaskClient) -> None:
    assert client.get("/help").status_code == 200


def test_between_two_items_the_programme_says_where_the_evening_is(phone: Phone, evening: Evening) -> None:
    evening.enter(2, Phase.WAITING)
    assert phone.get("/programme").text.count('aria-current="step"') == 1
