"""The desk over the real console, the portal's real verbs at its socket, and a real file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.clock import HeldClock
from appliance.config import Config
from appliance.ipc.server import ControlServer
from appliance.paths import Paths, Service
from appliance.store.console_rows import Role
from lab.audience import SAMPLE, Evening, hidden
from lab.desk_room import Steward, said
from lab.door_desk import DoorBox, door_box
from webui.console.console import Console
from webui.portal.door_routes import door_routes
from webui.portal.evening import ShowEvents

GUESTS = """Name;People;Code;Note;E-Mail
Ada Lovelace;+1;;Friends of the house;ada@example.org
"Grün, Søren";1;k3jd8s7Wq1Zx5Tn0;Press;s@example.org
علي حسن;2;17;;
"=HYPERLINK(""x"")";1;;;
"""


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, SAMPLE.read_text())


@pytest.fixture
def box(paths: Paths, clock: HeldClock, evening: Evening) -> Iterator[DoorBox]:
    assert evening
    box = door_box(paths, clock, name="lab")
    routes = door_routes(box.desk, ShowEvents(paths))
    server = ControlServer(paths.socket(Service.PORTAL), routes, lambda work: work())
    yield box
    server.close()
    box.close()


@pytest.fixture
def steward(app: Flask, console: Console, box: DoorBox) -> Steward:
    assert box
    return Steward.signed_in(app, console)


@pytest.fixture
def operator_(app: Flask, console: Console, box: DoorBox) -> Steward:
    assert box
    console.sessions.ensure_operator()
    return Steward.signed_in(app, console, Role.OPERATOR)


def test_a_steward_comes_by_a_code_and_sees_the_desk_and_nothing_else(
    operator_: Steward, app: Flask, config: Config
) -> None:
    page = operator_.post("/desk/stewards").text
    link = re.search(rf'href="{re.escape(config.console.address)}(/sign-in/[^"]+)"', page)
    assert link
    phone = app.test_client()
    assert "Sign in" in phone.get(link[1]).text
    assert phone.post(link[1]).headers["Location"] == "/desk"
    assert phone.post(link[1]).headers["Location"] == "/desk"  # used up, but signed in
    assert app.test_client().post(link[1]).status_code == 410
    assert phone.get("/desk").status_code == 200
    assert phone.get("/remote").status_code == 403
    assert phone.get("/desk/stewards").status_code == 403
    csrf = hidden(phone.get("/desk").text, "csrf")
    assert phone.post("/desk/lists/passphrase", data={"csrf": csrf}).status_code == 403


def test_nobody_is_let_in_by_who_is_not_signed_in_or_by_a_foreign_form(
    browser: FlaskClient, steward: Steward, box: DoorBox, evening: Evening
) -> None:
    text = box.pass_of(evening.event)
    assert browser.get("/desk").headers["Location"] == "/pair"  # nobody runs this box yet
    assert browser.get(f"/p/{text}").headers["Location"] == "/pair"
    assert browser.post("/desk/enter", data={"text": text}).status_code == 401
    assert steward.browser.post("/desk/enter", data={"text": text}).status_code == 403
    assert steward.inside() == 0


def test_the_phones_own_camera_opens_check_in_and_looking_lets_nobody_in(
    steward: Steward, box: DoorBox, evening: Evening
) -> None:
    text = box.pass_of(evening.event)
    page = steward.browser.get(f"/p/{text}").text
    assert "A good pass" in page
    assert steward.inside() == 0
    fields = {name: hidden(page, name) for name in ("csrf", "nonce", "text")}
    assert said(steward.browser.post("/desk/enter", data=fields).text) == "In"
    assert said(steward.browser.post("/desk/enter", data=fields).text) == "In"  # the form sent twice
    assert steward.inside() == 1
    assert "Already in" in steward.browser.get(f"/p/{text}").text


def test_a_hand_scanner_a_typed_code_and_a_second_scan(
    steward: Steward, box: DoorBox, evening: Evening
) -> None:
    row = box.sign_up(evening.event)
    assert steward.scan(f"http://box.test/p/{box.desk.pass_of(row)}\r") == "In"
    assert steward.scan(box.words.of(row.id)) == "Already in"
    assert steward.scan(box.words.of(box.sign_up(evening.event).id)) == "In"
    assert (
        steward.scan("no such thing")
        == "Nobody is known here by that. Look for the name on the list, or let them in as a walk-in."
    )
    assert steward.inside() == 2


def test_undo_and_going_out_are_on_the_page_that_said_in(
    steward: Steward, box: DoorBox, evening: Evening
) -> None:
    text = box.pass_of(evening.event)
    page = steward.post("/desk/enter", text=text).text
    undo = re.search(r'action="(/desk/undo/[^"]+)"', page)
    assert undo
    assert said(steward.post(undo[1]).text) == "Undone"
    assert steward.inside() == 0
    page = steward.post("/desk/enter", text=text).text
    assert said(steward.post("/desk/leave", subject=hidden(page, "subject")).text) == "Out"
    assert steward.scan(text) == "Back in"


def test_full_is_said_kindly_and_only_an_operator_may_override(
    steward: Steward, operator_: Steward, evening: Evening
) -> None:
    room = evening.event.venue.capacity
    for _ in range(room // 12):
        steward.post("/desk/walk-in", people="12")
    assert steward.inside() == room
    page = steward.post("/desk/walk-in", people="1").text
    assert said(page) == "Full"
    assert "ask them to wait" in page
    assert "Let in all the same" not in page
    assert steward.post("/desk/walk-in", people="1", override="yes").status_code == 409
    assert steward.inside() == room
    assert "Let in all the same" in operator_.post("/desk/walk-in", people="1").text
    assert said(operator_.post("/desk/walk-in", people="1", override="yes").text) == "In"
    assert steward.inside() == room + 1


@pytest.mark.parametrize("access", ["", "yes"])
def test_a_group_that_is_let_in_all_the_same_counts_as_many_as_it_is(
    operator_: Steward, evening: Evening, access: str
) -> None:
    room = evening.event.venue
    for _ in range(room.capacity // 12):
        operator_.post("/desk/walk-in", people="12")
    page = operator_.post("/desk/walk-in", people="5", access_place=access).text
    form = re.search(
        r'<form method="post" action="([^"]+)">((?:(?!</form>).)*)Let in all the same', page, re.DOTALL
    )
    assert form
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[2]))
    page = operator_.browser.post(form[1], data=fields).text
    assert said(page) == "In"
    assert operator_.inside() == room.capacity + 5
    free = f"Access places free: {room.access_places - bool(access)} of {room.access_places}"
    assert not room.access_places or free in page


@pytest.mark.parametrize("people", ["0", "-1", "x", "999", "\N{ARABIC-INDIC DIGIT TWO}0", "²", ""])
def test_a_number_of_people_that_is_none_lets_nobody_in(steward: Steward, people: str) -> None:
    answer = steward.post("/desk/walk-in", people=people)
    assert answer.status_code in {200, 409}
    assert steward.inside() in {0, 20}


def test_two_stewards_at_once_let_the_same_pass_in_once(
    app: Flask, console: Console, box: DoorBox, evening: Evening
) -> None:
    both = [Steward.signed_in(app, console), Steward.signed_in(app, console)]
    passes = [box.pass_of(evening.event) for _ in range(6)]
    with ThreadPoolExecutor(2) as doors:
        heard = list(doors.map(lambda one: [one.scan(text) for text in passes], both))
    for first, second in zip(*heard, strict=True):
        assert {first, second} == {"In", "Already in"}
    assert both[0].inside() == 6


def test_while_the_portal_restarts_the_desk_says_so(app: Flask, console: Console, paths: Paths) -> None:
    assert paths
    browser = app.test_client()
    browser.post(f"/sign-in/{console.sessions.new_link(Role.STEWARD)}")
    answer = browser.get("/desk")
    assert answer.status_code == 503
    assert "The door is restarting" in answer.text


def test_names_are_read_by_who_knows_the_passphrase_and_stand_nowhere_on_the_card(
    steward: Steward, operator_: Steward, paths: Paths, box: DoorBox
) -> None:
    made = operator_.browser.post("/desk/lists/passphrase", data={"csrf": operator_.csrf}).text
    words = re.search(r'class="verdict" dir="ltr" lang="en">([a-z-]+)<', made)
    assert words
    assert len(words[1].split("-")) == 6
    brought = _bring(operator_, GUESTS)
    assert "4 new" in brought
    assert "Ada" not in steward.browser.get("/desk/lists?q=ada").text
    wrong = steward.post("/desk/lists/unlock", passphrase="amber bridge acorn butter cabin cactus")
    assert "not the stewards" in wrong.text
    opened = steward.post("/desk/lists/unlock", passphrase=words[1].upper().replace("-", " "))
    assert "Ada Lovelace" in opened.text
    page = steward.browser.get("/desk/lists?q=love ADA").text
    assert "Ada Lovelace" in page
    assert "Søren" not in page
    assert "example.org" not in opened.text
    assert said(steward.post("/desk/enter", subject=hidden(page, "subject")).text) == "In"
    assert steward.inside() == 2
    assert "Is in. Went out?" in steward.browser.get("/desk/lists?q=ada").text
    assert steward.scan("k3jd8s7Wq1Zx5Tn0") == "In"
    assert "Nobody is known" in steward.scan("17")  # a code that can be guessed is not kept as a hash
    assert "4 that were there already" in _bring(operator_, GUESTS)
    box.writer.close()
    everything = b"".join(path.read_bytes() for path in paths.root.rglob("*") if path.is_file())
    for name in ("Lovelace", "Søren", "علي", "ada@example", "k3jd8s7Wq1Zx5Tn0", words[1]):
        assert name.encode() not in everything
    steward.browser.post("/sign-out", data={"csrf": steward.csrf})


def test_a_list_that_can_not_be_read_is_refused_with_its_line(operator_: Steward) -> None:
    assert "no passphrase yet" in _bring(operator_, GUESTS)
    operator_.browser.post("/desk/lists/passphrase", data={"csrf": operator_.csrf})
    assert "Line 3" in _bring(operator_, "name,people\nA,1\nB,many\n")
    assert "Line 1" in _bring(operator_, "")
    assert "heading" in _bring(operator_, "what,ever\n1,2\n")


def _bring(operator: Steward, text: str) -> str:
    data = {"csrf": operator.csrf, "list": (io.BytesIO(text.encode()), "guests.csv")}
    return operator.browser.post("/desk/lists/import", data=data).text
