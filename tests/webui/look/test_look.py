from __future__ import annotations

import re

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from appliance.errors import MatineeError
from webui.look import dress, words
from webui.look.stylesheet import CSS, PATH

PAGE = """{% extends "look/base.html" %}{% import "look/parts.html" as parts %}
{% block title %}T{% endblock %}{% block main %}{{ parts.field("who", "Who", wrong="No.") }}
{{ parts.choice("yes", "Yes?") }}{{ parts.button("Go") }}
{% call parts.notice("bad") %}Oh{% endcall %}{{ parts.empty("None") }}{{ parts.table("T", ["a"], [["<b>"]]) }}
{{ parts.code("HTTP://BOX", "Code") }}{{ parts.chip("On", "on") }}{{ parts.order([("Tide", "2:00", "now")]) }}
{{ parts.progress(1, 2, "Place") }}{{ parts.figures([(3, "here")]) }}{% endblock %}"""


def _dressed(*, inline: bool) -> FlaskClient:
    app = Flask("look")
    dress(app, inline=inline, statuses={"portal.no_such_pass": 404})
    app.add_url_rule("/", "page", lambda: render_template_string(PAGE))

    def fails() -> str:
        raise MatineeError("portal.no_such_pass")

    def breaks() -> str:
        raise RuntimeError

    app.add_url_rule("/fails", "fails", fails)
    app.add_url_rule("/api/v1/fails", "api_fails", fails)
    app.add_url_rule("/breaks/<secret>", "breaks", lambda secret: breaks() + secret)
    return app.test_client()


def _variables() -> dict[str, str]:
    return dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", CSS))


def _luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """WCAG 2.2, contrast ratio."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", ["ground", "raised"])
@pytest.mark.parametrize("text", ["text", "accent", "muted", "good", "bad"])
def test_every_text_colour_is_legible_on_both_grounds(ground: str, text: str) -> None:
    colours = _variables()
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_words_on_buttons_and_edges_of_fields_are_legible() -> None:
    colours = _variables()
    assert contrast(colours["ink"], colours["accent"]) >= 4.5
    assert contrast("#ffffff", "#b3261e") >= 4.5
    assert contrast("#857c6f", colours["ground"]) >= 3


def test_stylesheet_is_small_and_knows_neither_left_nor_right() -> None:
    assert len(CSS.encode()) < 8192
    assert not re.search(r"(margin|padding|border|inset)-(left|right)|text-align: (left|right)|float", CSS)
    assert "url(" not in CSS


def test_stylesheet_is_kept_for_ever_under_the_name_of_its_content() -> None:
    answer = _dressed(inline=False).get(PATH)
    assert answer.mimetype == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert f'href="{PATH}"' in _dressed(inline=False).get("/").text


def test_an_inlined_page_is_one_request() -> None:
    page = _dressed(inline=True).get("/").text
    assert "<style>" in page
    assert PATH not in page


def test_parts_escape_what_they_are_given() -> None:
    page = _dressed(inline=True).get("/").text
    assert "&lt;b&gt;" in page
    assert 'role="img" aria-label="Code"' in page
    assert 'aria-errormessage="who-wrong"' in page


def test_zoom_is_allowed_and_the_language_is_named() -> None:
    page = _dressed(inline=True).get("/").text
    assert 'content="width=device-width, initial-scale=1"' in page
    assert '<html lang="en" dir="ltr">' in page
    assert 'class="skip" href="#main"' in page


def test_a_fault_is_one_sentence_and_a_way_back() -> None:
    answer = _dressed(inline=True).get("/fails")
    assert answer.status_code == 404
    assert "This pass page is not known here" in answer.text
    assert 'href="/"' in answer.text


def test_for_programs_a_fault_is_a_problem_of_rfc_9457() -> None:
    answer = _dressed(inline=True).get("/api/v1/fails")
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["key"] == "portal.no_such_pass"
    assert answer.json["status"] == answer.status_code == 404


def test_what_nobody_expected_is_logged_without_the_path(caplog: pytest.LogCaptureFixture) -> None:
    answer = _dressed(inline=True).get("/breaks/capability-of-somebody")
    assert answer.status_code == 500
    assert "Something went wrong" in answer.text
    assert "route=/breaks/<secret>" in caplog.text
    assert "capability-of-somebody" not in caplog.text


@pytest.mark.parametrize(
    ("minor", "currency", "said"),
    [
        (0, "EUR", "Free"),
        (1200, "EUR", "€\u00a012"),
        (1250, "GBP", "£\u00a012.50"),
        (800, "CHF", "CHF\u00a08"),
    ],
)
def test_prices_are_written_as_people_write_them(minor: int, currency: str, said: str) -> None:
    assert words.price(minor, currency) == said


@pytest.mark.parametrize(("ms", "said"), [(None, ""), (33_000, "0:33"), (5_525_000, "1:32:05")])
def test_lengths_are_written_as_people_write_them(ms: int | None, said: str) -> None:
    assert words.length(ms) == said
