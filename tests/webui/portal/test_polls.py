"""A question on the screen, answered on phones: real rows between the portal and the show's director."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from appliance.audience.shredding import PeopleShredder
from appliance.clock import HeldClock
from appliance.config import Config
from appliance.ids import BoxId, ItemId
from appliance.model.keeping import Keeping
from appliance.model.picture import Card
from appliance.model.poll import Bar
from appliance.model.show_view import Verb
from appliance.paths import Paths
from appliance.show.votes import VotesOfRows
from appliance.store.audience_rows import AudienceRows
from appliance.store.outbox import Outbox
from appliance.store.show_rows import ShowRows
from lab.audience import Evening, Phone
from lab.evening import MANIFEST
from lab.portal_apps import OpenPortal
from lab.show_house import House

ASKING = MANIFEST.replace('id = "talk"\n', 'id = "talk"\npoll = ["Nosferatu", "Metropolis", "M"]\n')
TALK = ItemId("talk")


@pytest.fixture
def evening(paths: Paths, clock: HeldClock) -> Evening:
    return Evening(paths, clock, ASKING)


def go(evening: Evening, item: str = "talk") -> None:
    evening.enter([one.id for one in evening.event.programme.items].index(ItemId(item)))


def answer(phone: Phone, capability: str, said: str, item: str = "talk") -> int:
    return phone.post(f"/pass/{capability}/poll", {"item": item, "answer": said}).status_code


def counted(paths: Paths, evening: Evening) -> tuple[int, ...]:
    show = ShowRows.reader(paths)
    loaded = show.loaded()
    show.database.close()
    assert loaded is not None
    assert loaded.event == evening.event
    return VotesOfRows(paths).counts(loaded).get(TALK, ())


def test_it_is_asked_while_it_stands_on_the_screen(phone: Phone, evening: Evening, paths: Paths) -> None:
    capability = phone.capability()
    go(evening, "welcome")
    assert "Nothing is asked now" in phone.get(f"/pass/{capability}/poll").text
    assert answer(phone, capability, "0") == 409
    go(evening)
    assert "The room is asked" in phone.get(f"/pass/{capability}").text
    assert json.loads(phone.get("/api/v1/drops").text)["poll"] is True
    page = phone.get(f"/pass/{capability}/poll").text
    assert [label for label in ("Nosferatu", "Metropolis", "M") if f">{label}</span>" in page] == list(
        evening.event.programme.items[4].poll
    )
    assert answer(phone, capability, "1", item="welcome") == 409, "meant for another question"
    assert answer(phone, capability, "1") == 303
    assert counted(paths, evening) == (0, 1)


def test_one_answer_for_each_pass_and_it_may_be_changed(
    phone: Phone, evening: Evening, paths: Paths, rows: AudienceRows
) -> None:
    go(evening)
    one, other = phone.capability(), phone.capability()
    for said in ("0", "0", "2"):
        assert answer(phone, one, said) == 303
    assert answer(phone, other, "2") == 303
    assert counted(paths, evening) == (0, 0, 2)
    page = phone.get(f"/pass/{one}/poll").text
    assert re.search(r'value="2" required checked', page)
    assert "Change my answer" in page
    facts = [
        json.loads(row["body"])
        for row in rows.database.query("SELECT body FROM outbox WHERE kind = 'poll_answered'")
    ]
    assert [(fact["answer"], fact.get("instead_of")) for fact in facts] == [(0, None), (2, 0), (2, None)]
    assert one not in json.dumps(facts)


@pytest.mark.parametrize("said", ["", "3", "-1", "9", "one", "٢", "0\n"])
def test_what_is_no_answer_is_refused(phone: Phone, evening: Evening, paths: Paths, said: str) -> None:
    go(evening)
    assert answer(phone, phone.capability(), said) == 422
    assert counted(paths, evening) == ()


def test_the_bars_on_the_screen_grow_with_the_answers(
    open_app: OpenPortal, paths: Paths, config: Config, clock: HeldClock
) -> None:
    house = House(paths, clock, ASKING)
    house.load()
    house.director.press(Verb.GO)
    house.director.enter(TALK)
    phone = Phone(open_app(paths, config, clock).test_client(use_cookies=False))
    nothing = (Bar("Nosferatu"), Bar("Metropolis"), Bar("M"))
    assert shown(house).bars == nothing
    token = shown(house).token
    for said in ("1", "1", "0"):
        assert answer(phone, phone.capability(), said) == 303
    assert shown(house).bars == (Bar("Nosferatu", 1), Bar("Metropolis", 2), Bar("M"))
    assert shown(house).token == token, "the same showing: the card is amended, not shown anew"
    house.crash()
    assert shown(house).bars[1].count == 2
    house.director.press(Verb.HOLD)
    house.director.press(Verb.STANDBY)
    house.director.press(Verb.GO)
    house.director.enter(TALK)
    assert shown(house).bars == nothing, "begun anew, nobody has answered yet"
    house.close()


def test_who_is_forgotten_is_forgotten_with_their_answers(
    phone: Phone, evening: Evening, paths: Paths, clock: HeldClock
) -> None:
    go(evening)
    one, other = phone.capability(), phone.capability()
    for capability in (one, other):
        answer(phone, capability, "1")
    phone.post(f"/pass/{one}/receipt", {"act": "erased"})
    assert counted(paths, evening) == (0, 1)
    owner = AudienceRows.owner(paths)
    clock.advance(timedelta(days=Keeping().people_days + 1).total_seconds())
    PeopleShredder(paths, owner.database, Outbox(BoxId("box"), clock), clock).round()
    owner.database.close()
    assert counted(paths, evening) == ()


def shown(house: House) -> Card:
    card = house.director.wanted().now
    assert isinstance(card, Card)
    return card
