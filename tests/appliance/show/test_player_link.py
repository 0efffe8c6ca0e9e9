"""The link to the player asks in its own time, also while nobody answers."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest

from appliance.clock import HeldClock
from appliance.ipc.player_client import PlayerClient
from appliance.model.picture import Card, Screen, ScreenStatus
from appliance.model.programme import CardLayout
from appliance.paths import Paths
from appliance.show.player_link import PlayerLink
from lab.simulated_player import SimulatedPlayer

LOOKS = 50


def test_a_player_that_is_away_is_asked_ten_times_a_second_however_often_the_screen_is_wanted(
    paths: Paths, clock: HeldClock
) -> None:
    screen = Screen(now=Card(token="calm", layout=CardLayout.TITLE, title="In a moment"))
    enough = threading.Event()
    asked_at: list[float] = []

    def seen(status: ScreenStatus | None) -> None:
        assert status is None
        asked_at.append(clock.monotonic())
        link.want(screen)  # as the show does after whatever it hears
        if len(asked_at) >= LOOKS:
            enough.set()

    link = PlayerLink(PlayerClient(paths), clock, seen)
    link.want(screen)
    link.start()
    assert enough.wait(30)
    link.stop()
    asked_s = asked_at[LOOKS - 1] - asked_at[1]
    assert abs(asked_s - 0.1 * (LOOKS - 2)) < 1e-6


def test_a_player_whose_card_rests_is_asked_twice_a_second_and_at_once_for_another(
    paths: Paths, clock: HeldClock
) -> None:
    card = Card(token="calm", layout=CardLayout.TITLE, title="In a moment")
    player = SimulatedPlayer(paths).come()
    asked_at: list[tuple[float, str | None]] = []
    enough = threading.Event()

    def seen(status: ScreenStatus | None) -> None:
        asked_at.append((clock.monotonic(), status.token if status else None))
        if len(asked_at) >= LOOKS:
            enough.set()

    link = PlayerLink(PlayerClient(paths), clock, seen)
    link.want(Screen(now=card))
    link.start()
    try:
        assert enough.wait(30)
    finally:
        link.stop()
        player.leave()
    rested = [at for at, token in asked_at if token == "calm"]
    between = [after - before for before, after in pairwise(rested)]
    assert between[1 : LOOKS // 2] == pytest.approx([0.5] * len(between[1 : LOOKS // 2]))
