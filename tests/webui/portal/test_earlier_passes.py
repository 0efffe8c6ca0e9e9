"""Passes that are brought along: an earlier evening's, an invitation, another box's, and what is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.passes import Passes, PassKind, PassStatement
from appliance.clock import HeldClock
from appliance.config import Config
from appliance.ids import AttendeeId, BoxId, EventId, new_secret
from appliance.ipc.portal_client import PortalClient
from appliance.model.door import DoorAnswer, DoorWish
from appliance.paths import Paths
from appliance.store.audience_rows import AudienceRows
from lab.audience import Phone, hidden
from lab.organiser_root import PassBox
from lab.portal_apps import OpenPortal

LAST = EventId("last-friday")


@pytest.fixture
def passes(paths: Paths) -> Passes:
    return PassBox(paths, BoxId("box")).passes()


def taken(phone: Phone, statement: str, nonce: str = "") -> str:
    """The page of the pass that one tap gives."""
    page = phone.get(f"/p/{statement}").text
    nonce = nonce or hidden(page, "nonce")
    answer = phone.client.post(f"/p/{statement}", data={"nonce": nonce})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].partition("?")[0]


def earlier(passes: Passes, clock: HeldClock, stamps: int = 0, tier: str = "") -> str:
    who, attended = AttendeeId("01JOLD"), PassKind.ATTENDED
    return passes.sign(PassStatement(BoxId("box"), LAST, who, clock.now(), attended, stamps, tier))


def test_who_came_before_gets_a_pass_for_tonight_in_one_tap_and_is_known_by_the_pass_alone(
    phone: Phone, passes: Passes, clock: HeldClock
) -> None:
    old = earlier(passes, clock, stamps=3, tier="Friend")
    page = phone.get(taken(phone, old)).text
    assert "you came 3 times before" in page
    assert "Friend" in page
    assert "01JOLD" not in page


def test_the_tap_twice_is_one_pass_and_a_second_phone_is_told(
    phone: Phone, passes: Passes, clock: HeldClock, rows: AudienceRows
) -> None:
    old, nonce = earlier(passes, clock), new_secret()
    assert taken(phone, old, nonce) == taken(phone, old, nonce)
    other = phone.client.post(f"/p/{old}", data={"nonce": new_secret()})
    assert other.status_code == 409
    assert "on another phone" in other.text
    assert rows.counts(EventId("harbour-lights")).signed_up == 1


def test_an_invitation_gives_a_pass_of_ones_own(phone: Phone, passes: Passes, clock: HeldClock) -> None:
    host = AttendeeId("01JHOST")
    text = passes.issue(host, EventId("harbour-lights"), clock.now(), PassKind.REFERRAL)
    assert "You are invited" in phone.get(f"/p/{text}").text
    first, second = taken(phone, text), taken(phone, text)
    assert first != second


def test_a_pass_page_shows_who_came_after_the_door_said_so(
    phone: Phone, paths: Paths, passes: Passes, clock: HeldClock
) -> None:
    own = taken(phone, earlier(passes, clock, stamps=3))
    assert "You were here" not in phone.get(own).text
    door = PortalClient(paths)
    wish = DoorWish(new_secret(), f"http://box.test{own}", staff="steward")
    assert door.enter(wish).answer is DoorAnswer.LET_IN
    assert "That makes 4 evenings" in phone.get(own).text
    assert "1 of 48" in phone.get("/door").text


@pytest.mark.parametrize("path", ["/door", "/door?lang=ar", "/door?lang=de"])
def test_everybody_sees_the_count_access_and_sightlines(phone: Phone, path: str) -> None:
    page = phone.get(path)
    assert page.status_code == 200
    assert "a pillar covers the edge" in page.text
    assert "Step-free" in page.text


def test_a_signed_in_stewards_phone_is_led_to_the_desk_and_no_other_is(
    phone: Phone, passes: Passes, clock: HeldClock, config: Config, paths: Paths
) -> None:
    text = passes.issue(AttendeeId("01J"), EventId("harbour-lights"), clock.now())
    assert phone.get(f"/p/{text}").status_code == 200
    led = phone.get(f"/p/{text}", Cookie="matinee_desk=1", Host="127.0.0.1:8000")
    assert (led.status_code, led.headers["Location"]) == (303, f"{config.console.address}/p/{text}")
    assert paths


def test_the_pass_is_kept_as_a_picture(phone: Phone) -> None:
    own = f"/pass/{phone.capability()}"
    png, svg = phone.get(f"{own}/pass.png"), phone.get(f"{own}/pass.svg")
    assert png.data.startswith(b"\x89PNG")
    assert b"<svg" in svg.data
    assert svg.headers["Content-Disposition"].startswith("attachment")
    assert phone.get(f"{own}/pass.exe").status_code == 404
    assert phone.get("/pass/AAAAAAAAAAAAAAAAAAAAAA/pass.png").status_code == 404


def test_no_pass_and_a_foreign_one_give_nothing(phone: Phone, clock: HeldClock, tmp_path: Path) -> None:
    other = PassBox(Paths(tmp_path / "x").ensure(), BoxId("box"))
    forged = Passes(BoxId("box"), ensure_pass_key(other.paths)).issue(AttendeeId("1"), LAST, clock.now())
    for text in ("x", forged):
        assert "Not valid" in phone.get(f"/p/{text}").text
        assert phone.client.post(f"/p/{text}", data={"nonce": new_secret()}).status_code == 404


def test_a_pass_for_tonight_is_not_taken_again(phone: Phone, passes: Passes, clock: HeldClock) -> None:
    text = passes.issue(AttendeeId("01J"), EventId("harbour-lights"), clock.now())
    assert phone.client.post(f"/p/{text}", data={"nonce": new_secret()}).status_code == 409


def test_without_a_nonce_nothing_is_given(phone: Phone, passes: Passes, clock: HeldClock) -> None:
    assert phone.client.post(f"/p/{earlier(passes, clock)}").status_code == 400


def test_a_portal_without_its_certificate_still_opens(
    open_app: OpenPortal, paths: Paths, config: Config, clock: HeldClock
) -> None:
    client: FlaskClient = open_app(paths, config, clock).test_client()
    assert client.get("/healthz").status_code == 200
