from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from appliance.audience.pass_key import ensure_pass_key
from appliance.audience.passes import Passes
from appliance.clock import HeldClock
from appliance.paths import Paths
from lab.audience import SAMPLE, Evening, Phone


def test_the_code_of_a_pass_opens_a_page_that_says_valid(
    phone: Phone, paths: Paths, clock: HeldClock
) -> None:
    phone.join()
    passes = Passes("box", ensure_pass_key(paths))
    statement = passes.issue("01J", "harbour-lights", clock.now())
    page = phone.get(f"/p/{statement}")
    assert page.status_code == 200
    assert "this pass is for tonight" in page.text
    assert "01J" not in page.text


def test_a_pass_of_another_evening_is_told_from_one_of_tonight(
    phone: Phone, paths: Paths, clock: HeldClock
) -> None:
    statement = Passes("box", ensure_pass_key(paths)).issue("01J", "last-friday", clock.now())
    assert "for another evening" in phone.get(f"/p/{statement}").text


@pytest.mark.parametrize("statement", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpc3MiOiJib3gifQ.", "%00"])
def test_what_is_no_pass_is_called_none(phone: Phone, statement: str) -> None:
    answer = phone.get(f"/p/{statement}")
    assert answer.status_code == 404
    assert "Not valid" in answer.text


def test_an_unknown_pass_page_says_what_to_do(phone: Phone) -> None:
    answer = phone.get("/pass/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer.status_code == 404
    assert "get a new pass" in answer.text


def test_the_address_of_the_pass_stands_there_as_text(phone: Phone) -> None:
    capability = phone.capability()
    assert f"http://box.test/pass/{capability}" in phone.get(f"/pass/{capability}").text


def test_just_repeats_nothing_that_it_does_not_know(phone: Phone) -> None:
    capability = phone.capability()
    assert "evil" not in phone.get(f"/pass/{capability}?just=evil").text.replace(capability, "")


def test_a_pass_says_where_everything_goes_on_when_its_box_is_gone(
    client: FlaskClient, paths: Paths, clock: HeldClock
) -> None:
    address = "https://club.example/public/harbour-lights/index.html"
    Evening(paths, clock, SAMPLE.read_text().replace("[event]\n", f'[event]\npublic_page = "{address}"\n', 1))
    phone = Phone(client)
    assert f'href="{address}"' in phone.get(f"/pass/{phone.capability()}").text
