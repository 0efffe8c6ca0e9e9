"""An evening that came down by itself has its reels as one that was loaded by hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from appliance.ids import EventId, ItemId, Sha256
from appliance.manifest import event_manifest
from appliance.manifest.event_folder import lay_event
from appliance.manifest.packing_list import PackingList
from appliance.manifest.reels import FILE, ReelShelf, of_what, read
from appliance.model.programme import Media
from appliance.paths import Paths
from appliance.sync.reel_desk import ReelDesk
from cache.media_store import media_path
from cache.reel_av import AvJoiner
from lab.evening import MANIFEST
from lab.films import make_counter_film

EVENT = EventId("small-evening")
SHAS = {"trailer.mp4": Sha256("a" * 64), "short.mp4": Sha256("b" * 64)}
OTHER = Sha256("c" * 64)


@dataclass
class House:
    busy_after: int = 100
    """Looks that find it quiet."""

    def is_busy(self) -> bool:
        self.busy_after -= 1
        return self.busy_after < 0


@pytest.fixture
def house() -> House:
    return House()


@pytest.fixture
def desk(paths: Paths, house: House) -> ReelDesk:
    """An evening whose two films were made alike lies on the box, as a pull lays it: without reels."""
    for number, sha256 in enumerate((*SHAS.values(), OTHER), start=1):
        path = media_path(paths.media, sha256)
        path.parent.mkdir(parents=True)
        make_counter_film(path.with_suffix(".mp4"), number, 1.0, size=(320, 180)).rename(path)
    lay_event(paths.events, EVENT, MANIFEST, packing())
    left_over = paths.derived / "reels" / ".cut.mkv"
    left_over.parent.mkdir(parents=True)
    left_over.write_bytes(b"the plug was pulled")
    return ReelDesk(paths, AvJoiner(), lambda: {EVENT}, house.is_busy)


def packing(short: Sha256 = SHAS["short.mp4"]) -> PackingList:
    films = {**SHAS, "short.mp4": short}
    return PackingList(EVENT, 1, tuple(Media(name, sha256, 1000, 1000) for name, sha256 in films.items()))


def reel_of(paths: Paths, short: Sha256 = SHAS["short.mp4"]) -> Path | None:
    found = ReelShelf(paths.events, paths.derived).find(EVENT, ItemId("short"), short)
    return found[0] if found is not None else None


def test_films_of_an_evening_that_came_down_are_joined_once(desk: ReelDesk, paths: Paths) -> None:
    assert not (paths.derived / "reels" / ".cut.mkv").exists()
    assert desk.step()
    made = reel_of(paths)
    assert made is not None
    assert made.with_name(f"{made.name}.blocks").is_file()
    assert not desk.step()


def test_another_film_makes_another_reel(desk: ReelDesk, paths: Paths) -> None:
    desk.step()
    before = reel_of(paths)
    lay_event(paths.events, EVENT, MANIFEST, packing(OTHER))
    assert reel_of(paths, OTHER) is None, "the old reel is not taken for the new film"
    assert desk.step()
    assert reel_of(paths, OTHER) not in {None, before}


@pytest.mark.parametrize("quiet_looks", [0, 1])
def test_while_a_show_runs_nothing_changes_under_its_projector(
    desk: ReelDesk, paths: Paths, house: House, quiet_looks: int
) -> None:
    house.busy_after = quiet_looks  # it begins before the films are joined, or while they are
    assert not desk.step()
    assert not (paths.events / EVENT / FILE).exists()
    house.busy_after = 100
    assert desk.step()
    assert reel_of(paths) is not None


def test_what_can_not_be_joined_is_not_tried_again_and_again(desk: ReelDesk, paths: Paths) -> None:
    media_path(paths.media, SHAS["short.mp4"]).write_bytes(b"no film")
    assert desk.step()
    assert read(paths.events / EVENT / FILE).parts == ()
    assert not desk.step()


def test_a_manifest_that_can_not_be_read_is_left(desk: ReelDesk, paths: Paths) -> None:
    (paths.events / EVENT / "event.toml").write_text("no manifest")
    assert not desk.step()


def test_another_programme_of_the_same_films_is_joined_anew() -> None:
    event = event_manifest.check(MANIFEST, "event.toml")
    items = event.programme.items
    turned = replace(event, programme=replace(event.programme, items=items[:-1]))
    assert of_what(event, packing()) == of_what(event, packing())
    assert len({of_what(event, packing()), of_what(turned, packing()), of_what(event, packing(OTHER))}) == 3
