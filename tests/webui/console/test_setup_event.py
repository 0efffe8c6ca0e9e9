"""An evening is written on Setup: from a template, step by step, with a way back, onto the box."""

from __future__ import annotations

import tomllib

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ids import EventId, Sha256
from appliance.manifest.event_folder import lay_event
from appliance.paths import Paths, Service
from appliance.store.console_rows import Role, StaffRows
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.media_store import StoredMedia
from lab.evening import MANIFEST, PACKING
from lab.staff_room import Person, signed_in_as
from webui.console.console import Console
from webui.console.setup_event_forms import SECTIONS


@pytest.fixture
def draft(operator: Person) -> str:
    answer = operator.post(
        "/setup/event/new", title="Salt", starts="2026-11-27T20:00+01:00", template="ritual", venue="bar"
    )
    assert answer.status_code == 303
    return answer.headers["Location"].partition("#")[0]


def text_of(console: Console, draft: str) -> str:
    return console.drafts.get(draft.rpartition("/")[2]).text


def test_a_template_becomes_a_draft_and_what_is_open_is_asked_for(
    operator: Person, console: Console, draft: str
) -> None:
    page = operator.browser.get(draft).text
    assert "Still open" in page
    assert "The name of the bar" in page
    names = ("venue", "place", "organiser", "contact", "host", "film", "question", "series")
    assert all(f'name="hole-{name}"' in page for name in names)
    operator.post(f"{draft}/answers", **{f"hole-{name}": f"some-{name}" for name in names})
    page = operator.browser.get(draft).text
    assert 'name="hole-' not in page
    made = tomllib.loads(text_of(console, draft))
    assert made["venue"]["name"] == "some-venue"
    assert made["event"]["id"] == "salt-2026-11-27"
    assert "film.mp4" in page
    assert "1 film that is not on the card" in page


def test_a_closed_browser_loses_nothing_and_undo_takes_steps_back(
    operator: Person, app: Flask, console: Console, rows: StaffRows, clock: HeldClock, draft: str
) -> None:
    first = text_of(console, draft)
    operator.post(f"{draft}/item/1/move", to="3")
    operator.post(f"{draft}/item/0/remove")
    other = signed_in_as(app, console, rows, clock, Role.OPERATOR)
    page = other.browser.get("/setup/event").text
    assert "Salt" in page
    assert len(tomllib.loads(text_of(console, draft))["item"]) == 4
    other.post(f"{draft}/undo")
    other.post(f"{draft}/undo")
    other.post(f"{draft}/undo")
    assert text_of(console, draft) == first


def test_the_order_is_changed_and_the_page_says_how_long_it_is(
    operator: Person, console: Console, draft: str
) -> None:
    before = [item["id"] for item in tomllib.loads(text_of(console, draft))["item"]]
    operator.post(f"{draft}/item/3/move", to="1")
    after = [item["id"] for item in tomllib.loads(text_of(console, draft))["item"]]
    assert after == [before[0], before[3], before[1], before[2], before[4]]
    assert "37 minutes: shorter than 45 to 90" in operator.browser.get(draft).text


def test_every_table_has_a_form_that_makes_one(operator: Person, console: Console, draft: str) -> None:
    forms = {
        "item": {"title": "A", "id": "a", "kind": "card", "lines": "one\ntwo", "qr": "yes"},
        "cue": {"id": "a", "on": "entry", "item": "film", "do": "[{ lights = 'half' }]"},
        "drop": {"title": "A", "id": "a", "stock": "3", "price": "12.00"},
        "tier": {"title": "A", "id": "a", "price": "4.00", "monthly": "yes"},
        "share": {"who": "A", "percent": "100"},
        "staff": {"duty": "steward", "begins": "18:00"},
        "kit": {"thing": "A", "count": "2"},
        "supplier": {"name": "A", "brings": "B", "vetted": "2026-05-01"},
        "permit": {"title": "A", "id": "a", "reference": "B-1", "expires": "2026-12-31", "without": "refuse"},
        "step": {"title": "A", "id": "a", "half": "set_up", "minutes": "2.5"},
        "supporter": {"name": "A", "consented": "2026-01-01"},
        "pos": {"sku": "A-1", "drop": "zine"},
    }
    assert forms.keys() == {name for name, section in SECTIONS.items() if section.many}
    operator.post(f"{draft}/drop/new", title="Zine", id="zine", stock="3")
    for table, good in forms.items():
        assert operator.browser.get(f"{draft}/{table}/new").status_code == 200
        before = len(tomllib.loads(text_of(console, draft)).get(table, []))
        answer = operator.post(f"{draft}/{table}/new", **good)
        assert answer.status_code == 303, answer.text
        made = tomllib.loads(text_of(console, draft))[table]
        assert len(made) == before + 1
        assert operator.browser.get(f"{draft}/{table}/{before}").status_code == 200
        assert operator.post(f"{draft}/{table}/{before}", **good).status_code == 303
        assert tomllib.loads(text_of(console, draft))[table] == made


BAD = [
    ("item/0", {"title": "A", "id": "a", "kind": "card", "seconds": "soon"}, "is not a whole number"),
    ("item/0", {"title": "A", "id": "a", "kind": "short"}, "has no film"),
    ("item/new", {"title": "A", "id": "film", "kind": "card"}, "is used twice"),
    (
        "cue/0",
        {"id": "hook", "on": "entry", "item": "question", "do": "[{"},
        "is not what the file takes",
    ),
    ("event/0", {"title": "A", "id": "a", "starts": "tomorrow"}, "is no date and time"),
    ("permit/0", {"title": "A", "id": "a", "expires": "31.12.2026"}, "is not a day"),
    ("venue/0", {"name": "A", "capacity": "0"}, "venue.capacity"),
]


def test_bad_input_is_one_sentence_and_nothing_is_changed(
    operator: Person, console: Console, draft: str
) -> None:
    before = text_of(console, draft)
    for where, fields, says in BAD:
        answer = operator.post(f"{draft}/{where}", **fields)
        assert answer.status_code == 422, where
        assert says in answer.text
        assert text_of(console, draft) == before


def test_what_is_not_there_is_refused(operator: Person, draft: str) -> None:
    for path, status in (
        ("/setup/event/nothing", 404),
        ("/setup/event/../../etc", 404),
        (f"{draft}/kings/0", 404),
        (f"{draft}/item/99", 409),
        (f"{draft}/item/-1", 409),
    ):
        assert operator.browser.get(path).status_code == status, path


def test_two_who_write_at_once_can_not_move_what_is_gone(operator: Person, draft: str) -> None:
    operator.post(f"{draft}/item/4/remove")
    assert operator.post(f"{draft}/item/4/move", to="0").status_code == 409


def test_an_evening_on_the_box_is_copied_to_another_day(
    operator: Person, console: Console, paths: Paths
) -> None:
    lay_event(paths.events, EventId("small-evening"), MANIFEST, PACKING)
    assert "A Small Evening" in operator.browser.get("/setup/event").text
    answer = operator.post("/setup/event/copy", event="small-evening", starts="2026-12-04T20:00+01:00")
    made = tomllib.loads(text_of(console, answer.headers["Location"]))
    assert made["event"]["id"] == "a-small-evening-2026-12-04"
    assert operator.post("/setup/event/copy", event="../small-evening").status_code == 404


def test_films_of_the_card_take_the_place_of_a_templates(
    operator: Person, console: Console, paths: Paths, clock: HeldClock, draft: str
) -> None:
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    MediaRows(database, clock).add(StoredMedia(Sha256("a" * 64), "tide.mp4", 1000, 20 * 60_000))
    database.close()
    operator.post(f"{draft}/answers", **{"film-film.mp4": "tide.mp4"})
    assert 'film = "tide.mp4"' in text_of(console, draft)
    assert "57 minutes: right for 45 to 90" in operator.browser.get(draft).text
    refused = operator.post(f"{draft}/answers", **{"film-tide.mp4": "nowhere.mp4"})
    assert refused.status_code == 422


def test_two_films_change_places_and_what_was_typed_beside_a_wrong_one_stays(
    operator: Person, console: Console, paths: Paths, clock: HeldClock
) -> None:
    made = operator.post(
        "/setup/event/new", title="A", starts="2026-11-27T20:00", template="conversation-first"
    )
    draft = made.headers["Location"]
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    for number, name in enumerate(("first.mp4", "second.mp4")):
        MediaRows(database, clock).add(StoredMedia(Sha256(f"{number}" * 64), name, 1000, 60_000))
    database.close()
    operator.post(f"{draft}/answers", **{"film-first.mp4": "second.mp4", "film-second.mp4": "first.mp4"})
    films = [item["film"] for item in tomllib.loads(text_of(console, draft))["item"] if "film" in item]
    assert films == ["second.mp4", "first.mp4"]
    refused = operator.post(f"{draft}/answers", **{"hole-host": "Ada", "film-first.mp4": "gone.mp4"})
    assert (refused.status_code, 'value="Ada"' in refused.text) == (422, True)
    assert "Ada" not in text_of(console, draft)
    half = operator.post(f"{draft}/answers", **{"hole-host": "Ada", "then": "take"})
    assert (half.status_code, "the template leaves this open" in half.text) == (422, True)
    assert "Ada" in text_of(console, draft), "what was said is kept"


def test_only_who_runs_the_show_may_write(
    browser: FlaskClient, app: Flask, console: Console, rows: StaffRows, clock: HeldClock, draft: str
) -> None:
    assert browser.get(draft).status_code == 303
    steward = signed_in_as(app, console, rows, clock, Role.STEWARD)
    assert steward.browser.get(draft).status_code == 403
    assert steward.post(f"{draft}/undo").status_code == 403


def test_a_draft_that_is_not_whole_is_not_taken(operator: Person, draft: str) -> None:
    refused = operator.post(f"{draft}/load")
    assert refused.status_code == 422
    assert "the template leaves this open" in refused.text


def test_a_draft_too_long_is_refused(console: Console) -> None:
    made = console.drafts.make("matinee = 1\n")
    with pytest.raises(MatineeError) as caught:
        console.drafts.save(made.id, "#" * 300_000)
    assert caught.value.key == "draft.too_long"
