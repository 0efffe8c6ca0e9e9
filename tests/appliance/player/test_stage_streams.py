"""Guests from elsewhere on the stage."""

from __future__ import annotations

import pytest
from msgspec import structs

from appliance.model.picture import Card, Screen, Stream
from appliance.model.programme import CardLayout
from appliance.player.slots import STALL_S
from lab.stage_house import AFTER, House, film

GUEST = Stream("guest", "A guest", "tcp://127.0.0.1:8100", Card("", CardLayout.LIVE, "Q&A", ("Ines",)))


def away(house: House, *, there: bool = False) -> None:
    for live in house.live.values():
        live.there = there


def test_a_streams_card_stands_until_its_picture_is_there(house: House) -> None:
    house.stage.show(Screen(GUEST))
    status = house.stage.status()
    assert (status.token, status.kind) == ("guest", "card")
    house.run(0.7)
    status = house.stage.status()
    assert (status.token, status.kind, status.playing, status.ended) == ("guest", "stream", True, False)
    assert status.remarks == status.failed == ()


def test_a_stream_that_goes_leaves_its_card_and_comes_back(house: House) -> None:
    house.stage.show(Screen(GUEST))
    house.run(1)
    away(house)
    house.run(0.1)
    status = house.stage.status()
    assert (status.token, status.kind, status.failed) == ("guest", "card", ())
    assert [remark.token for remark in status.remarks] == ["guest"]
    house.run(30)
    assert 20 < sum(live.opened for live in house.live.values()) < 40
    away(house, there=True)
    house.run(2)
    status = house.stage.status()
    assert (status.kind, status.remarks) == ("stream", ())


def test_a_stream_that_opens_is_no_film_that_opens(house: House) -> None:
    house.stage.show(Screen(GUEST))
    house.run(0.1)
    assert not house.slots.settled
    assert house.slots.films_settled, "who dies meanwhile did not die of the film before it"


def test_a_stream_that_freezes_is_a_card_within_three_seconds(house: House) -> None:
    house.stage.show(Screen(GUEST))
    house.run(1)
    for live in house.live.values():
        live.frozen = True
    house.run(STALL_S - 0.1)
    assert house.stage.status().kind == "stream"
    house.run(0.3)
    assert house.stage.status().kind == "card"


def test_a_stream_that_follows_a_film_is_there_at_once(house: House) -> None:
    house.stage.show(Screen(film("/a"), next=GUEST))
    house.run(4.4)
    assert house.stage.status().kind == "stream"
    house.stage.show(Screen(GUEST, next=AFTER))
    house.run(1)
    assert house.stage.status().kind == "stream"
    house.stage.show(Screen(AFTER))
    assert house.stage.status().token == "after"
    house.run(0.1)
    assert not any(live.progress().rolling for live in house.live.values())


@pytest.mark.parametrize(
    "address",
    [
        "tcp://203.0.113.7:80",
        "http://127.0.0.1:80/",
        "tcp://localhost:80",
        "file:///etc/passwd",
        "tcp://127.0.0.1",
    ],
)
def test_what_is_no_loopback_address_is_refused_and_the_card_stands(house: House, address: str) -> None:
    house.stage.show(Screen(structs.replace(GUEST, address=address)))
    house.run(5)
    status = house.stage.status()
    assert (status.token, status.kind) == ("guest", "card")
    assert [failure.token for failure in status.failed] == ["guest"]
    assert not any(live.opened for live in house.live.values())


def test_a_new_word_on_a_streams_card_is_amended(house: House) -> None:
    away(house)
    house.stage.show(Screen(GUEST))
    house.run(0.2)
    before = house.display.grab().tobytes()
    other = structs.replace(GUEST.card, lines=("Ines Okafor",))
    house.stage.show(Screen(structs.replace(GUEST, card=other)))
    assert house.display.grab().tobytes() != before
