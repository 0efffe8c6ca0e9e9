from __future__ import annotations

import re

from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

import webui.help
from appliance.clock import HeldClock
from appliance.paths import Paths
from lab.reference import pages
from lab.simulated_player import SimulatedPlayer
from lab.staff_room import Person
from webui.console.metrics import Metric, Sample, text

LINE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\.)*"\})? -?[0-9.e+]+')


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False, min_value=0))
def test_any_label_stays_on_its_line(label: str, value: float) -> None:
    written = text([Metric("matinee_x", "Words.", (Sample(value, {"a": label}),))])
    assert len(written.split("\n")) == 4
    assert written.split("\n")[2].startswith('matinee_x{a="')


def test_figures_are_text_that_prometheus_reads(browser: FlaskClient, paths: Paths) -> None:
    player = SimulatedPlayer(paths).come()
    answer = browser.get("/metrics")
    player.leave()
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert lines
    assert all(LINE.fullmatch(line) for line in lines)
    assert 'matinee_service_up{service="player"} 1' in lines
    assert 'matinee_service_up{service="show"} 0' in lines
    assert "matinee_sign_ups 0" in lines


def test_health_is_always_answered_and_says_since_when(browser: FlaskClient, clock: HeldClock) -> None:
    first = browser.get("/healthz")
    clock.advance(60)
    later = browser.get("/healthz").get_json()
    assert first.status_code == 200
    assert first.get_json()["status"] == "fail"
    assert "service_away:show" in {issue["key"] for issue in later["issues"]}
    assert [issue["since"] for issue in later["issues"]] == [i["since"] for i in first.get_json()["issues"]]


def test_the_setup_page_says_what_is_missing(operator: Person) -> None:
    page = operator.browser.get("/setup").text
    assert "No event is loaded yet" in page
    assert "Not known: nobody can sign up yet" in page
    assert "Show does not answer." in page
    assert "<code>matinee doctor</code>" in page


def test_the_manual_is_on_the_box(browser: FlaskClient) -> None:
    contents = browser.get("/help").text
    chapters = re.findall(r'href="(/help/\w+)"', contents)
    assert len(chapters) == len(webui.help.EVERYBODY + webui.help.STAFF)
    for chapter in chapters:
        page = browser.get(chapter)
        assert page.status_code == 200
        assert page.text.count("<h1>") == 1
    assert browser.get("/help/../app").status_code == 404
    assert browser.get("/help/nothing").status_code == 404


def test_every_page_of_the_staffs_app_stands_in_the_manuals_reference(app: Flask) -> None:
    """It is read off the source: a page made in another way would be left out. Of the API see test_api.py."""
    described = {path for entry in pages() for _, _, path in [entry.name.rpartition(" ")]}
    asked = {rule.rule for rule in app.url_map.iter_rules() if not rule.rule.endswith("<path:filename>")}
    otherwise = ("/api/v1", "/look/", "/setup/uploads")  # OpenAPI, the stylesheet, tus 1.0
    missing = sorted(path for path in asked - described if not path.startswith(otherwise))
    assert not missing, " ".join(missing)
