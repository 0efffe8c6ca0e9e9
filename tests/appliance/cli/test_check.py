"""`matinee check` bites: each thing that is broken is found, and what can be repaired is."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from appliance.cli.check import examine
from appliance.cli.repair import QUARANTINE, repair_all
from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.paths import Paths, Service
from appliance.runtime.lock import only_instance
from appliance.store import integrity
from cache.media_store import media_path
from e2e.short_night import FIRST, SECOND
from lab.films import make_counter_film
from provisioning.loading import load_event
from provisioning.media_door import media_door

MANIFEST = Path(__file__).parents[2] / "e2e" / "event.toml"


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("films")
    make_counter_film(folder / "first.mp4", FIRST, 0.4, size=(320, 180))
    make_counter_film(folder / "second.mp4", SECOND, 0.4, size=(320, 180))
    return Path(shutil.copy(MANIFEST, folder))


@pytest.fixture
def event(paths: Paths, manifest: Path) -> EventId:
    with media_door(paths, RealClock()) as media:
        return load_event(manifest, paths, media, lambda _: None)


def film(paths: Paths) -> Path:
    return next(path for path in sorted(paths.media.glob("*/*")) if len(path.name) == 64)


def test_a_loaded_evening_checks_clean(paths: Paths, event: EventId) -> None:
    assert event == "short-night"
    assert examine(paths) == ()


def test_a_film_that_changed_is_found_and_set_aside(paths: Paths, event: EventId) -> None:
    with film(paths).open("r+b") as content:
        content.write(b"\0" * 100)
    damaged = film(paths).name
    assert len(examine(paths)) == 1
    (said,) = repair_all(paths)
    assert "is damaged and was set aside" in said
    assert not media_path(paths.media, damaged).exists()
    assert [path.name.partition(".")[0] for path in (paths.media / QUARANTINE).iterdir()] == [damaged]
    assert any(event in fault.where for fault in examine(paths)), "its evening now misses a film, and says so"


def test_a_damaged_block_is_brought_alone_where_the_bucket_has_the_film(
    paths: Paths, event: EventId, tmp_path: Path
) -> None:
    sound = film(paths).read_bytes()
    bucket = tmp_path / "bucket"
    (bucket / "published" / "content").mkdir(parents=True)
    (bucket / "published" / "content" / film(paths).name).write_bytes(sound)
    paths.config_file.write_text(f'[bucket]\nfolder = "{bucket}"\n', "utf-8")
    with film(paths).open("r+b") as content:
        content.write(b"\0" * 100)
    (said,) = repair_all(paths)
    assert "damaged in 1 places and is mended" in said
    assert film(paths).read_bytes() == sound
    assert examine(paths) == ()
    assert event


def test_loading_again_makes_it_whole(paths: Paths, event: EventId, manifest: Path) -> None:
    film(paths).unlink()
    assert len(examine(paths)) >= 1
    with media_door(paths, RealClock()) as media:
        assert load_event(manifest, paths, media, lambda _: None) == event
    assert examine(paths) == ()


def test_a_lost_packing_list_is_found(paths: Paths, event: EventId) -> None:
    (paths.events / event / "packing-list.json").unlink()
    assert [fault.what for fault in examine(paths)] == ["Its packing list can not be read."]


def test_what_an_interrupted_import_left_is_removed(paths: Paths, event: EventId) -> None:
    left = paths.media / "incoming" / "half"
    left.write_bytes(b"half a film")
    assert repair_all(paths) == ("Removed 1 unfinished imports.",)
    assert not left.exists()
    assert event


def test_nothing_is_repaired_under_a_running_sync(paths: Paths, event: EventId) -> None:
    with only_instance(paths, Service.SYNC), pytest.raises(MatineeError) as refused:
        repair_all(paths)
    assert (refused.value.key, event) == ("core.second_instance", "short-night")


def test_repair_saves_what_can_be_read_of_a_damaged_file(paths: Paths) -> None:
    path = paths.database(Service.SHOW)
    path.write_bytes(b"nonsense" * 1000)
    (said,) = repair_all(paths)
    assert said.startswith("show.db was damaged: 0 rows were saved")
    assert integrity.faults(path) == []
