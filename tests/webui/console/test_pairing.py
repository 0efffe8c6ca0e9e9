"""Who owns the box: the code, the passphrase, the lost one. The hostile page is in test_hostile_page.py."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.paths import Paths
from appliance.requested import Requests, Wanted
from appliance.store.console_rows import Role, StaffRows
from lab.staff_room import enlist
from webui.console import good_passphrase
from webui.console.console import Console
from webui.console.pairing import HELD_S, Pairing, tidy
from webui.console.sessions import Sessions

WORDS = "seven quiet lamps again"
TWICE = {"passphrase": WORDS, "again": WORDS}


def code(console: Console) -> str:
    found = console.pairing.offered().code
    assert re.fullmatch(r"\d{4} \d{4}", found)
    return found


def pair(browser: FlaskClient, console: Console, words: str = WORDS) -> None:
    assert browser.post("/pair", data={"code": code(console)}).headers["Location"] == "/pair/passphrase"
    done = browser.post("/pair/passphrase", data={"passphrase": words, "again": words})
    assert done.headers["Location"] in {"/setup/event", "/setup"}


def test_the_code_opens_setup_once_and_the_passphrase_from_then_on(
    app: Flask, browser: FlaskClient, console: Console
) -> None:
    assert browser.get("/setup").headers["Location"] == "/pair"
    assert "/pair" in browser.get("/sign-in").text
    used = code(console)
    pair(browser, console)
    assert browser.get("/setup").status_code == 200
    second = app.test_client()
    assert second.post("/pair", data={"code": used}).status_code == 410
    assert second.get("/pair").headers["Location"] == "/sign-in"
    assert second.post("/sign-in", data={"passphrase": WORDS.upper()}).status_code == 303
    assert second.get("/setup").status_code == 200


def test_a_code_that_was_used_is_no_good_even_before_anybody_is_the_organiser(
    app: Flask, browser: FlaskClient, console: Console, clock: HeldClock
) -> None:
    used = code(console)
    assert browser.post("/pair", data={"code": used}).status_code == 303
    second = app.test_client()
    refused = second.post("/pair", data={"code": used})
    assert (refused.status_code, "Somebody gave the code just now" in refused.text) == (403, True)
    assert second.get("/pair/passphrase").headers["Location"] == "/pair"
    assert second.post("/pair/passphrase", data=TWICE).headers["Location"] == "/pair"
    assert console.pairing.offered().taken
    clock.advance(HELD_S + 1)
    assert browser.post("/pair/passphrase", data=TWICE).headers["Location"] == "/pair", "too late"
    assert code(console) != used
    assert second.post("/pair", data={"code": used}).status_code == 403
    pair(second, console)


def test_without_the_code_nothing_opens(app: Flask, console: Console) -> None:
    right = code(console)
    for wrong in ("", "0", "12345678" if right != "1234 5678" else "87654321", right[:-1], "\x00" * 40):
        stranger = app.test_client()
        assert stranger.post("/pair", data={"code": wrong}).status_code == 403
        assert stranger.get("/pair/passphrase").status_code == 303
    assert not console.sessions.somebody()


def test_ten_wrong_codes_make_another_one_and_the_next_try_waits(
    browser: FlaskClient, console: Console, clock: HeldClock
) -> None:
    first = code(console)
    wrong = "0000 0000" if first != "0000 0000" else "1111 1111"
    before = clock.monotonic()
    for _ in range(10):
        assert browser.post("/pair", data={"code": wrong}).status_code == 403
    assert clock.monotonic() - before > 20
    assert code(console) != first
    pair(browser, console)


def test_a_cookie_that_somebody_planted_is_worth_nothing(browser: FlaskClient, console: Console) -> None:
    """Session fixation: what a browser brought along is never what it is known by afterwards."""
    browser.set_cookie("matinee_session", "planted")
    browser.set_cookie("matinee_pairing", "planted", path="/pair")
    assert browser.post("/pair/passphrase", data=TWICE).headers["Location"] == "/pair"
    pair(browser, console)
    cookie = browser.get_cookie("matinee_session")
    assert cookie is not None
    assert cookie.value != "planted"
    assert browser.get_cookie("matinee_pairing", path="/pair") is None


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("short", "passphrase.short"),
        ("          ", "passphrase.short"),
        ("password12", "passphrase.common"),
        ("qwertyuiop", "passphrase.common"),
        ("aaaaaaaaaaaaaaaa", "passphrase.common"),
        ("Matinee-Matinee", "passphrase.common"),
        ("x" * 201, "passphrase.long"),
    ],
)
def test_a_passphrase_that_somebody_would_guess_is_refused(words: str, key: str) -> None:
    with pytest.raises(MatineeError) as refused:
        good_passphrase.check(words, words, "Matinee", "box")
    assert refused.value.key == key


def test_what_was_mistyped_is_said_and_the_code_is_not_lost(browser: FlaskClient, console: Console) -> None:
    browser.post("/pair", data={"code": code(console)})
    page = browser.post("/pair/passphrase", data={"passphrase": WORDS, "again": WORDS + "x"})
    assert (page.status_code, "not the same" in page.text) == (400, True)
    assert WORDS not in page.text
    assert browser.post("/pair/passphrase", data=TWICE).headers["Location"] == "/setup/event"


def test_code_and_passphrase_are_given_on_one_page(
    app: Flask, browser: FlaskClient, console: Console
) -> None:
    """A wrong code says nothing of the passphrase; one refused costs no code, and helps nobody."""
    wrong = browser.post("/pair", data={"code": "0", "passphrase": "short", "again": "short"})
    assert (wrong.status_code, "is short" in wrong.text) == (403, False)
    assert 'aria-errormessage="code-wrong"' in wrong.text
    refused = browser.post("/pair", data={"code": code(console), "passphrase": WORDS, "again": "another"})
    assert (refused.status_code, "not the same" in refused.text) == (400, True)
    assert WORDS not in refused.text
    assert app.test_client().post("/pair/passphrase", data=TWICE).headers["Location"] == "/pair"
    assert not console.sessions.somebody()
    assert browser.post("/pair/passphrase", data=TWICE).headers["Location"] == "/setup/event"
    Requests(console.paths.requests).path(Wanted.NEW_PASSPHRASE).touch()
    again = app.test_client()
    done = again.post("/pair", data={"code": code(console), **TWICE})
    assert done.headers["Location"] == "/setup", "events are there already"
    assert again.get("/setup").status_code == 200
    assert again.get_cookie("matinee_pairing", path="/pair") is None


def test_the_code_on_paper_is_not_on_the_projector_and_good_until_the_box_has_its_organiser(
    paths: Paths, rows: StaffRows, clock: HeldClock
) -> None:
    sessions = Sessions(rows, clock)
    pairing = Pairing(sessions, Requests(paths.requests), clock, "Lamp-Sofa 77")
    assert pairing.offered().printed
    assert pairing.offered().code == ""
    pairing.finish(pairing.give("lampsofa77"), WORDS)
    Requests(paths.requests).path(Wanted.NEW_PASSPHRASE).touch()
    with pytest.raises(MatineeError):
        pairing.give("lampsofa77")
    assert pairing.offered().code


def test_a_lost_passphrase_needs_hands_on_the_box_and_signs_the_old_browsers_out(
    app: Flask, browser: FlaskClient, console: Console, paths: Paths
) -> None:
    pair(browser, console)
    assert console.pairing.offered().code == ""
    Requests(paths.requests).path(Wanted.NEW_PASSPHRASE).touch()
    second = app.test_client()
    pair(second, console, "eleven green umbrellas")
    assert browser.get("/setup").status_code == 303
    assert console.sessions.with_passphrase(WORDS) is None
    assert second.get("/setup").status_code == 200
    assert not console.pairing.wanted(), "the request is done"


def test_who_runs_the_box_by_its_first_words_needs_no_code(console: Console, browser: FlaskClient) -> None:
    """`matinee dev`, and boxes from before there were codes."""
    assert console.sessions.ensure_operator()
    assert not console.pairing.wanted()
    assert browser.get("/sign-in").status_code == 200


def test_each_role_has_its_own_link_and_the_organiser_ends_them(
    app: Flask, browser: FlaskClient, console: Console
) -> None:
    pair(browser, console)
    page = browser.get("/setup/staff").text
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert found
    for role, home in ((Role.ORGANISER, "/remote"), (Role.OPERATOR, "/remote"), (Role.STEWARD, "/desk")):
        made = browser.post("/setup/staff/link", data={"csrf": found[1], "role": role}).text
        link = re.search(r"<code class=\"long\">https?://[^/]+(/sign-in/[^<]+)</code>", made)
        assert link
        theirs = app.test_client()
        assert theirs.post(link[1]).headers["Location"] == home
        assert theirs.get("/setup/staff").status_code == (200 if role is Role.ORGANISER else 403)
        if role is not Role.ORGANISER:
            assert browser.post("/setup/staff/sign-out", data={"csrf": found[1], "role": role})
            assert theirs.get(home).headers["Location"] == "/sign-in"
    assert browser.post("/setup/staff/link", data={"csrf": found[1], "role": "king"}).status_code == 400


def test_the_passphrase_is_changed_by_who_has_it(browser: FlaskClient, console: Console) -> None:
    pair(browser, console)
    found = re.search(r'name="csrf" value="([0-9a-f]{64})"', browser.get("/setup/staff").text)
    assert found
    form = {"csrf": found[1], "passphrase": "eleven green umbrellas", "again": "eleven green umbrellas"}
    assert browser.post("/setup/staff/passphrase", data={**form, "old": "no"}).status_code == 400
    assert console.sessions.with_passphrase(WORDS)
    assert browser.post("/setup/staff/passphrase", data={**form, "old": WORDS}).status_code == 303
    assert console.sessions.with_passphrase(WORDS) is None


def test_a_steward_and_an_operator_do_not_make_links_where_there_is_an_organiser(
    app: Flask, console: Console, rows: StaffRows, clock: HeldClock
) -> None:
    enlist(rows, clock, Role.OPERATOR)
    alone = app.test_client()
    alone.post(f"/sign-in/{console.sessions.new_link(Role.OPERATOR)}")
    assert alone.get("/setup/staff").status_code == 200, "nobody else owns it"
    console.sessions.own(WORDS)
    assert alone.get("/setup/staff").status_code == 403


@given(st.text(max_size=40))
def test_codes_are_read_out_in_any_script_and_grouping(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert tidy(" ".join(text)) == tidy(text)


def test_digits_are_digits() -> None:
    assert tidy("٤٨٢١-7093") == "48217093"
    assert timedelta(seconds=HELD_S) == timedelta(minutes=10)
