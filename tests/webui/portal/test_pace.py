"""How often one address may write."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from appliance.clock import HeldClock
from appliance.config import Config, PeopleTable, WebTable
from appliance.errors import MatineeError
from appliance.ids import DropId, new_secret
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.offer_rows import OfferRows
from lab.audience import ADDRESS, Evening, Phone
from lab.portal_apps import OpenPortal
from webui.portal.pace import MOST_ADDRESSES, Pace, sender


@pytest.fixture
def client(open_app: OpenPortal, paths: Paths, organiser: tuple[str, str], clock: HeldClock) -> FlaskClient:
    portal = WebTable(url=ADDRESS, burst=5, per_s=0.5)
    config = Config(portal=portal, people=PeopleTable(recipients=(organiser[1],)))
    return open_app(paths, config, clock).test_client(use_cookies=False)


def join(phone: Phone, peer: str, **headers: str) -> int:
    sent = phone.client.post("/join", data=phone.form(), headers=headers, environ_base={"REMOTE_ADDR": peer})
    return sent.status_code


def test_one_address_can_not_sign_up_without_end_but_all_others_can(phone: Phone, clock: HeldClock) -> None:
    assert [join(phone, "203.0.113.7") for _ in range(7)] == [303] * 5 + [429] * 2
    assert join(phone, "203.0.113.8") == 303
    clock.advance(4)
    assert [join(phone, "203.0.113.7") for _ in range(3)] == [303, 303, 429]


def test_who_is_too_fast_is_told_when_to_try_again_and_that_nothing_was_saved(phone: Phone) -> None:
    for _ in range(5):
        join(phone, "203.0.113.7")
    form, peer = phone.form(), {"REMOTE_ADDR": "203.0.113.7"}
    answer = phone.client.post("/join", data=form, environ_base=peer)
    assert "Not saved: very many" in answer.text
    assert "in 2 seconds" in answer.text
    assert "203.0.113.7" not in answer.text


def test_one_address_can_not_empty_an_offer_in_a_moment(phone: Phone, evening: Evening) -> None:
    evening.fire("poster-opens")
    passes = [phone.capability() for _ in range(7)]
    found = [
        phone.client.post(
            "/drops/poster/claim",
            data={"pass": capability, "nonce": new_secret()},
            environ_base={"REMOTE_ADDR": "203.0.113.7"},
        ).status_code
        for capability in passes
    ]
    assert found == [303] * 5 + [429] * 2


@pytest.mark.parametrize("presses", [500, pytest.param(5000, marks=pytest.mark.soak)])
def test_a_phone_that_claims_without_end_has_its_turns_one_thing_and_no_more(
    phone: Phone, evening: Evening, clock: HeldClock, paths: Paths, presses: int
) -> None:
    """5,000 presses a minute, each a new form: five turns at once, and one more each two seconds."""
    evening.fire("poster-opens")
    hasty, patient = phone.capability(), phone.capability()

    def claim(capability: str, peer: str) -> int:
        form = {"pass": capability, "nonce": new_secret()}
        address = {"REMOTE_ADDR": peer}
        return phone.client.post("/drops/poster/claim", data=form, environ_base=address).status_code

    rows = OfferRows(Database.open_reader(paths.database(Service.PORTAL)))
    left = rows.left(evening.event)[DropId("poster")]
    heard = []
    for _ in range(presses):
        heard.append(claim(hasty, "203.0.113.7"))
        clock.advance(60 / 5000)
    assert heard.count(429) == presses - 5 - int((presses - 1) * 60 / 5000 * 0.5)
    assert rows.left(evening.event)[DropId("poster")] == left - 1
    assert claim(patient, "203.0.113.8") == 303
    assert rows.left(evening.event)[DropId("poster")] == left - 2
    rows.database.close()


def test_signing_up_does_not_use_up_the_turn_to_reserve(clock: HeldClock) -> None:
    pace = Pace(clock, burst=1, per_s=1)
    pace.step("join", "203.0.113.7")
    pace.step("claim", "203.0.113.7")
    with pytest.raises(MatineeError):
        pace.step("join", "203.0.113.7")


def test_the_box_itself_is_never_too_fast_but_who_nginx_names_is(phone: Phone) -> None:
    assert {join(phone, "127.0.0.1") for _ in range(20)} == {303}
    named = {"X-Real-IP": "203.0.113.7"}
    assert [join(phone, "127.0.0.1", **named) for _ in range(6)] == [303] * 5 + [429]
    assert [join(phone, "203.0.113.9", **{"X-Real-IP": f"198.51.100.{n}"}) for n in range(6)][-1] == 429


@pytest.mark.parametrize(
    ("peer", "named", "who"),
    [
        ("127.0.0.1", None, None),
        ("::1", None, None),
        ("::ffff:127.0.0.1", None, None),
        ("127.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("127.0.0.1", "nonsense", None),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("::ffff:203.0.113.7", None, "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        (None, None, None),
    ],
)
def test_who_sends(peer: str | None, named: str | None, who: str | None) -> None:
    assert sender(peer, named) == who


def test_a_flood_of_addresses_does_not_grow_without_end(clock: HeldClock) -> None:
    pace = Pace(clock, burst=1, per_s=1)
    for number in range(MOST_ADDRESSES + 100):
        pace.step("join", str(number))
    assert pace.known == MOST_ADDRESSES


def guess(client: FlaskClient, peer: str) -> int:
    code = {"code": "amber amber amber amber"}
    return client.post("/again", data=code, environ_base={"REMOTE_ADDR": peer}).status_code


def test_a_box_with_few_turns_still_takes_four_words(phone: Phone, clock: HeldClock) -> None:
    """A guess costs six turns, and this box gives five."""
    assert [guess(phone.client, "203.0.113.7") for _ in range(2)] == [422, 429]
    clock.advance(10)
    assert guess(phone.client, "203.0.113.7") == 422


def test_many_addresses_together_guess_no_faster_than_five_a_second(phone: Phone, clock: HeldClock) -> None:
    assert phone
    answers = [guess(phone.client, f"203.0.{n // 200}.{n % 200 + 1}") for n in range(400)]
    assert answers.count(422) <= 30
    clock.advance(1)
    assert [guess(phone.client, f"198.51.100.{n}") for n in range(1, 11)].count(422) == 5


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60), st.integers(1, 10), st.floats(0.1, 5))
def test_never_more_than_burst_and_what_time_gives(waits: list[float], burst: int, per_s: float) -> None:
    clock = HeldClock()
    pace = Pace(clock, burst=burst, per_s=per_s)
    taken = 0
    for wait in waits:
        clock.advance(wait)
        try:
            pace.step("join", "a")
        except MatineeError:
            continue
        taken += 1
    assert taken <= burst + per_s * sum(waits) + 1e-6
    assert taken >= min(burst, len(waits))
