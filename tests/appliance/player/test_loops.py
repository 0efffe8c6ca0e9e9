"""A backdrop on a real display: again and again, without a seam."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from appliance.model.picture import Card, Film, Screen
from appliance.model.programme import CardLayout
from lab.player_process import Player
from lab.projector import Projector, eventually
from lab.watch import Watch


def test_a_backdrop_is_followed_by_its_own_first_picture(
    player: Player, projector: Projector, films: Path, screen: str
) -> None:
    player.client.show(Screen(Film("sea", "The sea", str(films / "1.mp4"), loop=True)))
    eventually(projector.strip)
    watch = Watch(screen)
    try:
        eventually(lambda: len(seams(watch)) >= 3)
    finally:
        sights = watch.stop()
    assert {sight.kind for sight in sights} == {"film"}
    assert all(last >= 72 and first == 0 for last, first in seams(watch))
    status = player.client.status()
    assert (status.token, status.kind, status.ended, status.failed) == ("sea", "film", False, ())
    player.client.show(Screen(Card("after", CardLayout.TITLE, "A card")))
    eventually(lambda: projector.strip() is None)


def seams(watch: Watch) -> list[tuple[int, int]]:
    """Last and first picture wherever the film begins again."""
    strips = [sight.strip for sight in list(watch.sights) if sight.strip]
    return [(a[1], b[1]) for a, b in pairwise(strips) if b[1] < a[1]]
