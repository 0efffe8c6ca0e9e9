"""Every template is filled, checked, loaded and played; what is left open is named."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from appliance.cli.event import event
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.manifest import event_manifest
from appliance.model import plan_times
from appliance.model.programme import ItemKind
from appliance.paths import Paths
from cache.boards import this_board
from lab.formats import STARTS, checked, filled, walk
from lab.small_film import make_film
from provisioning import templating
from provisioning.fitting import Fitting
from provisioning.loading import load_event
from provisioning.media_door import media_door

FORMATS = [one.id for one in templating.templates()]
VENUES = [one.id for one in templating.venues()]


def test_the_formats_and_venues_of_the_documents_are_there() -> None:
    assert {
        "listening-room", "short-film-block", "exclusive-48-hours", "charity-screening",
        "university-screening",
        "weekend-pilot", "pilot-microdrop", "conversation-first", "merch-first-pop-up", "micro-tour",
        "programme-60-90", "ritual", "screening-and-questions", "community-preview",
    } == set(FORMATS)  # fmt: skip
    assert set(VENUES) == {"gallery", "cafe", "bar", "bookshop", "theatre"}
    assert all(one.size and one.text for one in templating.templates())


@pytest.mark.parametrize("template", FORMATS)
def test_each_format_is_in_order_in_each_venue(template: str) -> None:
    for venue in VENUES:
        made = event_manifest.check(filled(template, venue))
        assert made.id == "an-evening-2026-11-27"
        assert made.title == "An Evening"
        assert (made.starts - made.doors).total_seconds() == 1800
        assert made.plan.exits
        assert {shift.duty for shift in made.plan.staff} >= {"host", "operator", "steward"}
        assert made.plan.permits
        assert {step.half for step in made.plan.steps} == {"set_up", "tear_down"}


@pytest.mark.parametrize("template", FORMATS)
def test_each_format_plays_to_its_end_in_the_simulated_show(paths: Paths, template: str) -> None:
    seen = [moment.item for moment in walk(paths, template)]
    assert list(dict.fromkeys(seen)) == [item.id for item in checked(template).programme.items]


@pytest.mark.parametrize("template", FORMATS)
def test_each_format_lasts_as_long_as_it_says(template: str) -> None:
    text = filled(template)
    made = event_manifest.check(text)
    size = next(one.size for one in templating.templates() if one.id == template)
    least, most = (int(words) for words in size.partition(" minutes")[0].split("-"))
    shorts = sum(item.kind is ItemKind.SHORT for item in made.programme.items)
    minutes = {ItemKind.FEATURE: 60, ItemKind.SHORT: 20 if shorts == 1 else 8}
    lengths = {item.film or "": minutes.get(item.kind, 0) * 60_000 for item in made.programme.items}
    total = plan_times.total(made.programme, lengths)
    assert least <= total.minutes <= most


@pytest.mark.parametrize("template", FORMATS)
def test_what_is_left_open_is_named_with_its_line(template: str) -> None:
    text = templating.new_evening(template)
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(text)
    assert caught.value.key == "manifest.wrong"
    line = text.splitlines()[int(caught.value.facts["line"]) - 1]
    assert "‹id" in line
    assert "what the evening is called" in caught.value.sentence
    one_open = filled(template).replace('"An Evening"', '"‹title: its name›"', 1)
    with pytest.raises(MatineeError) as caught:
        event_manifest.check(one_open)
    assert 'title = "‹title' in one_open.splitlines()[int(caught.value.facts["line"]) - 1]
    assert caught.value.facts["fault"] == "the template leaves this open: its name"


def test_an_answer_can_not_break_out_of_its_place() -> None:
    text = templating.new_evening("ritual")
    evil = 'A "quoted"\n[[item]]\nid = "x" \\ \x7f'
    said = {hole.name: f"some-{hole.name}" for hole in templating.open_holes(text)}
    made = templating.fill(text, {**said, "title": evil, "starts": templating.when(STARTS)})
    assert tomllib.loads(made)["event"]["title"] == evil


def test_all_formats_load_onto_one_box(tmp_path: Path, paths: Paths, clock: HeldClock) -> None:
    film = make_film(tmp_path / "film.mp4", 1)
    fitting = Fitting(this_board(), trial=False)
    with media_door(paths, clock) as door:
        for template in FORMATS:
            folder = tmp_path / template
            folder.mkdir()
            text = filled(template).replace("an-evening", template)
            (folder / "event.toml").write_text(text, "utf-8")
            for name in event_manifest.check(text).films:
                (folder / name).hardlink_to(film)
            assert load_event(folder / "event.toml", paths, door, lambda _: None, fitting).startswith(
                template
            )


def test_the_command_lists_makes_and_names_what_is_open(tmp_path: Path) -> None:
    run = CliRunner()
    listed = run.invoke(event, ["templates"])
    assert all(name in listed.output for name in (*FORMATS, *VENUES))
    made = run.invoke(event, ["new", "ritual", str(tmp_path / "a"), "--title", "Ours", "--starts", STARTS])
    assert made.exit_code == 0
    assert "Still open: who invites (--say organiser=…" in made.output
    again = run.invoke(event, ["new", "ritual", str(tmp_path / "a")])
    assert isinstance(again.exception, MatineeError)
    assert "left as it is" in again.exception.sentence
    for wrong, key in (
        (["new", "rituel", "b"], "template.unknown"),
        (["new", "ritual", "b", "--venue", "barn"], "template.unknown_venue"),
        (["new", "ritual", "b", "--starts", "tomorrow"], "template.no_moment"),
    ):
        refused = run.invoke(event, wrong).exception
        assert isinstance(refused, MatineeError)
        assert refused.key == key
