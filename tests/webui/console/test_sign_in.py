from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.audience import four_words
from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.store.console_rows import Role, StaffRows
from lab.staff_room import WORDS, Person, enlist, signed_in_as
from webui.console.console import Console
from webui.console.doorman import Doorman, delay_s


def sign_in(browser: FlaskClient, words: str) -> int:
    return browser.post("/sign-in", data={"passphrase": words}).status_code


def test_the_passphrase_opens_the_remote(browser: FlaskClient, rows: StaffRows, clock: HeldClock) -> None:
    enlist(rows, clock, Role.OPERATOR)
    assert browser.get("/remote").status_code == 303
    assert sign_in(browser, " Amber BRIDGE comet-daisy ") == 303
    assert browser.get("/remote").status_code == 200


def test_a_wrong_passphrase_opens_nothing_and_makes_the_next_wait_but_never_locks_out(
    browser: FlaskClient, rows: StaffRows, clock: HeldClock
) -> None:
    enlist(rows, clock, Role.OPERATOR)
    waits = []
    for _ in range(9):
        before = clock.monotonic()
        assert sign_in(browser, "no-no-no-no") == 403
        waits.append(clock.monotonic() - before)
    assert waits == [0, 0, 0.5, 1, 2, 4, 8, 8, 8]
    assert browser.get("/remote").status_code == 303
    assert sign_in(browser, WORDS) == 303
    before = clock.monotonic()
    sign_in(browser, "no-no-no-no")
    assert clock.monotonic() == before


def test_whoever_fails_makes_only_themselves_wait(clock: HeldClock) -> None:
    doorman = Doorman(clock)
    for _ in range(20):
        doorman.failed("198.51.100.7")
    before = clock.monotonic()
    with doorman.attempt("198.51.100.8"):
        assert clock.monotonic() == before
        with doorman.attempt("198.51.100.7"):
            assert clock.monotonic() - before == delay_s(20) == 8


def test_one_attempt_at_a_time_so_that_waiting_holds_one_thread_only(clock: HeldClock) -> None:
    doorman = Doorman(clock)
    with doorman.attempt("a"), pytest.raises(MatineeError, match="just trying"), doorman.attempt("a"):
        pass
    with doorman.attempt("a"):
        pass


def test_there_is_no_default_passphrase(browser: FlaskClient) -> None:
    for words in ("", "matinee", "admin", "password"):
        assert sign_in(browser, words) == 403


def test_the_first_operator_gets_four_words_once(console: Console) -> None:
    words = console.sessions.ensure_operator()
    assert words is not None
    assert len(words.split("-")) == 4
    assert set(words.split("-")) <= set(four_words.words())
    assert console.sessions.ensure_operator() is None
    assert console.sessions.with_passphrase(words) is not None


def test_256_different_words_are_eight_bits_each() -> None:
    assert len(set(four_words.words())) == 256


def test_neither_passphrase_nor_tokens_lie_on_the_card(
    operator: Person, console: Console, rows: StaffRows
) -> None:
    token = console.sessions.new_link(Role.OPERATOR)
    assert token is not None
    files = rows.database.path.parent.glob("console.db*")
    content = b"".join(path.read_bytes() for path in files)
    cookie = operator.browser.get_cookie("matinee_session")
    assert cookie is not None
    for secret in (WORDS, token, cookie.value, operator.csrf):
        assert secret.encode() not in content
    assert b"$argon2id$" in content


def test_a_link_signs_in_one_browser_once(app: Flask, console: Console, operator: Person) -> None:
    assert operator
    link = f"/sign-in/{console.sessions.new_link(Role.OPERATOR)}"
    assert app.test_client().post(link).headers["Location"] == "/remote"
    assert app.test_client().post(link).status_code == 410


def test_looking_at_a_link_does_not_use_it_up(app: Flask, console: Console, operator: Person) -> None:
    """A chat that shows a preview, a scanner of mail, a browser that reads ahead."""
    assert operator
    link = f"/sign-in/{console.sessions.new_link(Role.OPERATOR)}"
    for _ in range(3):
        assert app.test_client().head(link).status_code == 200
        looked = app.test_client().get(link)
        assert looked.status_code == 200
        assert "Set-Cookie" not in looked.headers
        assert f'<form method="post" action="{link}">' in looked.text
    assert app.test_client().post(link).headers["Location"] == "/remote"


def test_a_link_opened_where_somebody_is_signed_in_leads_on_and_stays_good(
    app: Flask, console: Console, operator: Person
) -> None:
    link = f"/sign-in/{console.sessions.new_link(Role.OPERATOR)}"
    assert operator.browser.get(link).headers["Location"] == "/remote"
    assert app.test_client().post(link).status_code == 303


def test_a_link_is_good_for_a_quarter_of_an_hour_or_until_it_is_used(
    app: Flask, console: Console, operator: Person, clock: HeldClock
) -> None:
    assert operator
    short = console.sessions.new_link(Role.OPERATOR)
    lasting = console.sessions.new_link(Role.OPERATOR, None)
    clock.advance(timedelta(minutes=16).total_seconds())
    assert app.test_client().post(f"/sign-in/{short}").status_code == 410
    assert app.test_client().post(f"/sign-in/{lasting}").status_code == 303


def test_the_cookie_is_for_this_site_and_no_script(app: Flask, console: Console, operator: Person) -> None:
    assert operator
    cookie = (
        app.test_client().post(f"/sign-in/{console.sessions.new_link(Role.OPERATOR)}").headers["Set-Cookie"]
    )
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_signing_out_ends_the_session_on_the_box(operator: Person) -> None:
    cookie = operator.browser.get_cookie("matinee_session")
    assert cookie is not None
    assert operator.post("/sign-out").status_code == 303
    operator.browser.set_cookie("matinee_session", cookie.value)
    assert operator.browser.get("/remote").status_code == 303


def test_a_session_ends_by_itself_after_a_day(operator: Person, clock: HeldClock) -> None:
    clock.advance(timedelta(hours=25).total_seconds())
    assert operator.browser.get("/remote").status_code == 303


def test_a_steward_does_not_run_the_show(
    app: Flask, console: Console, rows: StaffRows, clock: HeldClock
) -> None:
    steward = signed_in_as(app, console, rows, clock, Role.STEWARD)
    assert steward.browser.get("/remote").status_code == 403
    assert steward.post("/remote/do/go").status_code == 403
