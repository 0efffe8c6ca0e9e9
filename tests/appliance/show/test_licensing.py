from __future__ import annotations

from collections.abc import Iterator

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.model.show_view import Phase, Verb
from appliance.paths import Paths
from lab.evening import MANIFEST
from lab.show_house import House

LICENCE = """
[[licence]]
film = "short.mp4"
not_before = 2026-01-01T00:00:00+01:00
not_after = 2026-11-27T19:00:30+01:00
outside = "{outside}"
"""  # the clock of the tests begins at 19:00


def house_with(paths: Paths, outside: str) -> House:
    made = House(paths, HeldClock(), MANIFEST + LICENCE.format(outside=outside))
    made.load()
    return made


@pytest.fixture
def strict(paths: Paths) -> Iterator[House]:
    made = house_with(paths, "refuse")
    yield made
    made.close()


def late_into_the_trailer(house: House) -> None:
    house.go()
    house.run(25, step_s=1.0)
    house.go()
    house.run(6)
    assert house.item == "trailer"


def test_a_film_whose_licence_ran_out_is_neither_rolled_into_nor_begun(strict: House) -> None:
    late_into_the_trailer(strict)
    assert strict.director.wanted().next is None
    strict.run(3)
    view = strict.director.view()
    assert (view.phase, strict.item) == (Phase.HELD, "trailer")
    assert "its licence ended" in view.faults[0]
    for verb in (Verb.GO, Verb.NEXT):
        strict.clock.advance(1)
        with pytest.raises(MatineeError) as caught:
            strict.director.press(verb)
        assert caught.value.key == "licence.outside"
    with pytest.raises(MatineeError):
        strict.director.enter(strict.rows.loaded().event.programme.items[2].id)
    strict.director.enter(strict.rows.loaded().event.programme.items[3].id)
    assert strict.item == "break"


def test_where_the_licence_only_warns_the_operator_is_told_and_the_film_runs(paths: Paths) -> None:
    house = house_with(paths, "warn")
    late_into_the_trailer(house)
    house.run(3)
    assert house.item == "short"
    assert "The Short" in house.director.view().faults[0]
    house.close()
