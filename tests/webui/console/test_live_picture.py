from __future__ import annotations

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.ipc.player_client import PlayerClient
from appliance.paths import Paths
from lab.simulated_player import JPEG, SimulatedPlayer
from lab.staff_room import Person
from webui.console.live_picture import MOST_VIEWERS, LivePicture


def test_all_who_watch_share_one_picture(paths: Paths, clock: HeldClock) -> None:
    player = SimulatedPlayer(paths).come()
    live = LivePicture(PlayerClient(paths).picture, clock)
    assert {live.take(f"viewer {n}") for n in range(MOST_VIEWERS)} == {JPEG}
    assert player.pictures == 1
    clock.advance(1)
    live.take("viewer 0")
    assert player.pictures == 2
    player.leave()


def test_a_ninth_is_told_so_until_somebody_leaves(clock: HeldClock) -> None:
    live = LivePicture(lambda: JPEG, clock)
    for number in range(MOST_VIEWERS):
        live.take(str(number))
    with pytest.raises(MatineeError, match="8 screens are watching"):
        live.take("ninth")
    clock.advance(10)
    live.take("ninth")


def test_the_page_says_at_once_that_the_player_is_away_and_shows_the_picture_when_it_is_back(
    paths: Paths, operator: Person, clock: HeldClock
) -> None:
    answer = operator.browser.get("/remote/picture.jpg")
    assert answer.status_code == 503
    assert "restarting" in answer.text
    player = SimulatedPlayer(paths).come()
    clock.advance(1)
    answer = operator.browser.get("/remote/picture.jpg")
    assert (answer.data, answer.mimetype) == (JPEG, "image/jpeg")
    player.leave()
