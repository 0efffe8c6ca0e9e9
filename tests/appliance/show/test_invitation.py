from __future__ import annotations

import threading
from pathlib import Path

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.model.picture import Card
from appliance.model.sync_view import ContentView
from appliance.paths import Paths
from appliance.show.invitation import Invitation
from appliance.show.screen import Surroundings, arriving, idle, inviting
from lab.ola import wait_until
from lab.show_house import House

AROUND = Surroundings(Path("/films"), "http://portal", "Matinee")


def test_the_idle_screen_shows_the_way_in_and_no_other_screen_does(paths: Paths, clock: HeldClock) -> None:
    shown = inviting(idle(AROUND), "https://box.test/let-in").now
    assert isinstance(shown, Card)
    assert (shown.qr, shown.lines[-1]) == (
        "https://box.test/let-in", "To run this box: join its Wi-Fi, then scan",
    )  # fmt: skip
    assert inviting(idle(AROUND), "") == idle(AROUND)
    house = House(paths, clock)
    house.load()
    assert inviting(house.director.wanted(), "https://box.test/let-in") == house.director.wanted()
    house.close()


def test_the_idle_screen_says_how_many_films_are_ready(paths: Paths, clock: HeldClock) -> None:
    assert ContentView(films_ready=2, films=3).way == "2 of 3 films ready"
    assert ContentView(films_ready=3, films=3).way == ContentView().way == ""
    before = idle(AROUND)
    shown = arriving(before, "2 of 3 films ready").now
    assert isinstance(shown, Card)
    assert shown.lines == ("2 of 3 films ready",)
    assert shown.token != before.now.token, "another token, or nobody draws it anew"
    both = arriving(inviting(before, "https://box.test"), "2 of 3 films ready").now
    assert isinstance(both, Card)
    assert (both.lines[0], both.qr) == ("2 of 3 films ready", "https://box.test")
    assert arriving(before, "") == before
    house = House(paths, clock)
    house.load()
    assert arriving(house.director.wanted(), "2 of 3 films ready") == house.director.wanted()
    house.close()


def test_a_console_that_is_away_is_no_fault_and_nobody_is_asked_once_an_event_is_there() -> None:
    asked = threading.Event()

    def ask() -> str:
        asked.set()
        raise MatineeError("ipc.not_running", service="console")

    away = Invitation(ask, lambda: True, RealClock())
    away.start()
    assert asked.wait(5)
    assert away.address == ""
    away.stop()
    there = Invitation(lambda: "https://box.test", lambda: True, RealClock())
    there.start()
    wait_until(lambda: there.address == "https://box.test")
    there.stop()
