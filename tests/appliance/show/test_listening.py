"""The room is heard during a film that allows it, once the screen has said so, and never filmed then."""

from __future__ import annotations

import pytest

from appliance.clock import HeldClock
from appliance.model.show_view import Lease, Verb
from appliance.paths import Paths
from appliance.show.screen import LISTEN_NOTICE, NOTICE_S
from lab.evening import MANIFEST
from lab.filmed_house import LISTENS, LONGER
from lab.show_house import House


def at_the_film(paths: Paths, manifest: str = LISTENS) -> House:
    house = House(paths, HeldClock(), manifest, packing=LONGER)
    house.load()
    house.go()
    while house.item != "short":
        house.director.press(Verb.NEXT)
        house.run(0.2)
    return house


@pytest.fixture
def house(paths: Paths) -> House:
    return at_the_film(paths)


def notices(house: House) -> list[str]:
    return [one.title for one in house.director.wanted().overlays]


def test_the_audience_is_told_for_ten_seconds_and_then_listened_to(house: House) -> None:
    house.run(1)
    assert notices(house) == [LISTEN_NOTICE]
    assert house.director.lease() == Lease(granted=False)
    house.run(NOTICE_S)
    assert notices(house) == []
    lease = house.director.lease()
    assert (lease.listens, lease.granted, lease.item) == (True, False, "short")
    assert 0 < lease.seconds <= 1
    assert house.director.view().listening_allowed
    house.close()


def test_a_film_that_does_not_say_so_is_never_listened_to(paths: Paths) -> None:
    house = at_the_film(paths, MANIFEST)
    house.run(NOTICE_S + 5)
    assert notices(house) == []
    assert house.director.lease() == Lease(granted=False)
    house.close()


def test_a_pause_panic_and_what_comes_after_the_film_are_not_listened_to(house: House) -> None:
    house.run(NOTICE_S + 1)
    leave = house.director.lease().leave
    house.director.press(Verb.PAUSE)
    assert not house.director.lease().listens
    house.director.press(Verb.RESUME)
    house.run(0.3)
    again = house.director.lease()
    assert again.listens
    assert again.leave != leave
    house.director.press(Verb.PANIC)
    house.run(0.3)
    assert not house.director.lease().listens
    house.director.press(Verb.RESUME)
    house.run(0.3)
    house.director.press(Verb.NEXT)
    house.run(0.3)
    assert not house.director.lease().listens
    house.close()


def test_a_pause_is_no_time_in_which_the_room_was_told(house: House) -> None:
    house.run(2)
    house.director.press(Verb.PAUSE)
    house.run(NOTICE_S + 5)
    house.director.press(Verb.RESUME)
    house.run(1)
    assert notices(house) == [LISTEN_NOTICE]
    assert not house.director.lease().listens
    house.run(NOTICE_S)
    assert house.director.lease().listens
    house.close()


def test_a_film_begun_in_its_middle_says_so_first(house: House) -> None:
    house.run(2)
    house.director.seek(30_000)
    house.run(1)
    assert house.director.view().position_ms > 20_000
    assert notices(house) == [LISTEN_NOTICE]
    assert not house.director.lease().listens
    house.close()


def test_a_show_that_crashed_says_so_again(house: House) -> None:
    house.run(NOTICE_S + 1)
    house.crash()
    house.run(1)
    assert notices(house) == [LISTEN_NOTICE]
    assert not house.director.lease().listens
    house.run(NOTICE_S)
    assert house.director.lease().listens
    house.close()


def test_a_screen_that_is_not_seen_to_show_the_film_tells_nobody(house: House) -> None:
    house.run(NOTICE_S + 1)
    house.away = True
    house.run(2)
    assert not house.director.lease().listens
    house.close()
