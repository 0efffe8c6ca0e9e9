"""Films that rot on the card, through the real player: not one damaged picture is seen."""

from __future__ import annotations

import math
import random
import shutil
import time
from pathlib import Path

import pytest
from msgspec import structs

from appliance.model.picture import Film, Screen, ScreenStatus
from cache.blocks import BLOCK_BYTES
from cache.reel_av import AvJoiner
from lab.films import lay_hashes, make_counter_film
from lab.player_process import Player
from lab.projector import Projector, eventually
from lab.quickest import quickest

FRAME_BYTES = 640 * 360 * 3 // 2
"""A picture of a film that is not compressed: where it lies in the file is known."""
SECONDS = 4
CUT = 2


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    film = tmp_path_factory.mktemp("raw") / "film.avi"
    return lay_hashes(make_counter_film(film, 5, SECONDS, size=(640, 360), video=("rawvideo",)))


def shown(path: Path, **more: int) -> Film:
    return Film(f"showing-{random.random()}", "Film", str(path), **more)  # noqa: S311 no secret


def until_named(player: Player, projector: Projector, film: Film) -> tuple[set[tuple[int, int]], float]:
    """Look until a calm card stands: what was seen of the film, and seconds from its last new picture."""
    seen: set[tuple[int, int]] = set()
    moved = time.monotonic()

    def failed() -> ScreenStatus | None:
        nonlocal moved
        strip = projector.strip()
        assert not projector.is_black()
        if strip is not None and strip not in seen:
            seen.add(strip)
            moved = time.monotonic()
        status = player.client.status()
        told = status.kind == "card" and status.failed and status.failed[-1].token == film.token
        return status if told else None

    status = eventually(failed)
    assert "damaged" in status.failed[-1].reason
    return seen, time.monotonic() - moved


def test_a_proven_film_is_opened_and_sought_exactly_and_plays_to_its_last_picture(
    player: Player, projector: Projector, films: Path, tmp_path: Path
) -> None:
    proven = lay_hashes(shutil.copy(films / "3.mp4", tmp_path / "film.mp4"))
    held = Film("held", "Film", str(proven), 4_000, paused=True)
    player.client.show(Screen(held))
    eventually(lambda: projector.strip() == (3, 100))
    player.seek("held", 19_000)
    eventually(lambda: projector.strip() == (3, 475))
    player.client.show(Screen(structs.replace(held, paused=False)))
    eventually(lambda: player.client.status().ended)
    assert projector.strip() == (3, 499)
    assert player.client.status().failed == ()


@pytest.mark.parametrize("seed", range(3))
def test_damage_ends_in_a_calm_card_and_not_in_a_damaged_picture(
    player: Player, projector: Projector, raw: Path, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 repeatable, not secret
    content = bytearray(raw.read_bytes())
    at = chance.randrange(len(content) // 3, len(content) - 2 * BLOCK_BYTES)
    match seed:
        case 0:
            content[at] ^= 1 << chance.randrange(8)
        case 1:
            content[at : at + 4096] = bytes(4096)
        case _:
            del content[at:]
    rotten = tmp_path / "film.avi"
    rotten.write_bytes(content)
    (tmp_path / "film.avi.blocks").write_bytes(raw.with_name("film.avi.blocks").read_bytes())
    first_damaged = at // BLOCK_BYTES * BLOCK_BYTES // FRAME_BYTES
    least = first_damaged - 15 if seed < CUT else 0  # what is cut off has lost the index at its end, too

    def card_s() -> float:
        film = shown(rotten)
        player.client.show(Screen(film))
        seen, waited_s = until_named(player, projector, film)
        last = max((frame for _film, frame in seen), default=0)
        assert last <= first_damaged
        return waited_s if last >= least else math.inf

    assert quickest(card_s, 2) < 2


def test_a_reel_that_rots_is_named_too(player: Player, projector: Projector, tmp_path: Path) -> None:
    films = [
        make_counter_film(tmp_path / f"{n}.mp4", n, 2, video=("libx264", "-qp", "0", "-preset", "ultrafast"))
        for n in (1, 2)
    ]
    reel = tmp_path / "reel.mkv"
    parts = AvJoiner().join(films, reel)
    assert parts is not None
    content = bytearray(reel.read_bytes())
    content[len(content) // 2] ^= 4
    reel.write_bytes(content)
    film = shown(reel, begin_ms=0, end_ms=parts[0].end_ms)
    player.client.show(Screen(film))
    until_named(player, projector, film)
