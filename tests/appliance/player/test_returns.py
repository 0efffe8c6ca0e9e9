"""Killed, stopped or deadlocked, the player is back by itself, at the right place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.model.picture import Film, Screen
from appliance.paths import Paths
from lab.films import make_counter_film
from lab.player_process import Player
from lab.projector import eventually
from lab.returning import FRAME_MS, House, Hurt
from lab.watch import Watch


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_counter_film(tmp_path_factory.mktemp("film") / "film.mp4", 4, 150, size=(320, 180))


@pytest.fixture
def house(paths: Paths, screen: str, film: Path) -> Iterator[House]:
    house = House(paths, screen, film)
    yield house
    house.close()


@pytest.mark.parametrize("hurt", list(Hurt))
def test_a_hurt_player_is_back_where_it_was(house: House, hurt: Hurt) -> None:
    house.plays_past(2_000)
    back = house.hurt(hurt)
    assert back.after_checkpoint_ms >= -FRAME_MS
    assert back.behind_ms < 2_000
    assert back.seconds < 15
    assert back.black == 0


def test_from_a_kill_to_the_film_again_nothing_is_black(paths: Paths, screen: str, films: Path) -> None:
    player, film = Player(paths, screen), Film("film", "Film", str(films / "3.mp4"))
    player.client.show(Screen(film))
    eventually(lambda: player.client.status().kind == "film")
    watch = Watch(screen)
    player.process.kill()
    player.close()
    again = Player(paths, screen)
    again.client.show(Screen(film))
    eventually(lambda: again.client.status().kind == "film")
    sights = watch.stop()
    again.close()
    assert {sight.kind for sight in sights} == {"film", "card"}


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hundred_hurts_are_a_hundred_returns(paths: Paths, screen: str, tmp_path: Path) -> None:
    house = House(paths, screen, make_counter_film(tmp_path / "long.mp4", 4, 1500, size=(320, 180)))
    chance = random.Random(12)  # noqa: S311 repeatable, not secret
    position_ms = 0
    for _ in range(100):
        position_ms += chance.randint(2_000, 9_000)
        house.plays_past(position_ms)
        back = house.hurt(chance.choice(list(Hurt)))
        assert back.after_checkpoint_ms >= -FRAME_MS
        assert back.behind_ms < 2_000
    house.close()


def test_a_film_that_the_player_dies_of_five_times_is_named_and_a_calm_card_stands(
    paths: Paths, screen: str, film: Path
) -> None:
    wanted = Screen(Film("deadly", "Film", str(film)))
    for _ in range(5):
        player = Player(paths, screen)
        player.client.show(wanted)
        eventually(lambda player=player: player.client.status().kind == "film")
        player.process.kill()
        player.close()
    player = Player(paths, screen)
    status = player.client.show(wanted)
    assert status.kind == "card"
    assert "stopped 5 times" in status.failed[0].reason
    other = Screen(Film("fine", "Film", str(film.with_name("other.mp4"))))
    make_counter_film(film.with_name("other.mp4"), 2, 5, size=(320, 180))
    player.client.show(other)
    eventually(lambda: player.client.status().kind == "film")
    player.close()
