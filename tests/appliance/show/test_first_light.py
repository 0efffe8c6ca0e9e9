from __future__ import annotations

import threading
from pathlib import Path

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.ipc.console_client import FirstLight
from appliance.model.picture import Card, Film, Screen
from appliance.model.show_view import Phase
from appliance.model.sync_view import ContentView
from appliance.paths import Paths
from appliance.show.first_light import LightAsker, lit
from appliance.show.screen import Surroundings, idle
from lab.ola import wait_until
from lab.show_house import House

AROUND = Surroundings(Path("/films"), "http://portal", "Matinee")
CODE = FirstLight("https://box.test/pair", ("To set this box up: scan", "All is well."))


def test_the_idle_screen_shows_the_way_in() -> None:
    before = idle(AROUND)
    shown = lit(before, Phase.NONE, CODE).now
    assert isinstance(shown, Card)
    assert (shown.qr, shown.lines, shown.title) == (CODE.qr, CODE.lines, "Matinee")
    assert shown.token != before.now.token, "another token, or nobody draws it anew"
    assert lit(before, Phase.NONE, FirstLight()) == before


def test_a_card_that_waits_keeps_its_own_lines_and_the_audiences_code(paths: Paths, clock: HeldClock) -> None:
    house = House(paths, clock)
    house.load()
    standby = house.director.wanted()
    assert isinstance(standby.now, Card)
    shown = lit(standby, house.director.phase, FirstLight("", ("Ready for Friday",))).now
    assert isinstance(shown, Card)
    assert (shown.lines, shown.qr) == ((*standby.now.lines, "Ready for Friday"), standby.now.qr)
    house.close()


def test_nothing_of_the_box_is_shown_within_an_evening() -> None:
    """A code for a lost passphrase never stands over a film, nor before a house that waits."""
    film = Screen(Film("f", "Film", "/films/f"))
    for phase in Phase:
        assert lit(film, phase, CODE) == film
        if phase not in {Phase.NONE, Phase.STANDBY}:
            assert lit(idle(AROUND), phase, CODE) == idle(AROUND)


def test_published_films_are_on_their_way_until_all_are_there() -> None:
    assert ContentView(films_ready=2, films=3).way == "2 of 3 films ready"
    assert ContentView(films_ready=3, films=3).way == ContentView().way == ""


def test_a_console_that_is_away_is_no_fault() -> None:
    asked = threading.Event()

    def ask() -> FirstLight:
        asked.set()
        raise MatineeError("ipc.not_running", service="console")

    away = LightAsker(ask, lambda: True, RealClock())
    away.start()
    assert asked.wait(30)
    assert away.light == FirstLight()
    away.stop()
    there = LightAsker(lambda: CODE, lambda: True, RealClock())
    there.start()
    wait_until(lambda: there.light == CODE)
    there.stop()
