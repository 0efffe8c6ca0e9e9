from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.manifest import event_manifest, packing_list
from appliance.paths import Paths, Service
from appliance.runtime.service import ServiceLoop
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.sync.media import MediaDesk
from lab.evening import MANIFEST
from provisioning.loading import list_events, load_event
from provisioning.media_door import media_door


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "evening"
    made.mkdir()
    (made / "event.toml").write_text(MANIFEST, "utf-8")
    for name, seconds in (("trailer.mp4", 1), ("short.mp4", 2)):
        source = ["-f", "lavfi", "-i", f"testsrc2=size=160x90:rate=25:duration={seconds}"]
        subprocess.run(["ffmpeg", "-v", "error", *source, str(made / name)], check=True)
    return made


def test_an_event_comes_onto_the_box_with_its_films_verified_and_pinned(
    folder: Path, paths: Paths, clock: HeldClock
) -> None:
    said: list[str] = []
    with media_door(paths, clock) as door:
        event = load_event(folder / "event.toml", paths, door, said.append)
    packing = packing_list.decode((paths.events / event / "packing-list.json").read_bytes())
    short = packing.of("short.mp4")
    assert short is not None
    assert short.duration_ms == pytest.approx(2000, abs=50)
    assert [listed.id for listed in list_events(paths)] == ["small-evening"]
    assert said[:2] == ["film 1 of 2: trailer.mp4", "film 2 of 2: short.mp4"]
    rows = MediaRows(Database.open_reader(paths.database(Service.SYNC)), clock)
    assert rows.pins() == {medium.sha256: ("small-evening",) for medium in packing.media}


def test_while_sync_runs_it_is_asked(folder: Path, paths: Paths) -> None:
    clock = RealClock()
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    loop = ServiceLoop(Service.SYNC, paths, clock)
    loop.serve(MediaDesk(paths, database, clock).routes())
    running = threading.Event()
    loop.every(60, running.set)
    owner = threading.Thread(target=loop.run)
    owner.start()
    assert running.wait(30)
    with media_door(paths, clock) as door:
        load_event(folder / "event.toml", paths, door, lambda _: None)
        with pytest.raises(MatineeError) as caught:
            door.bring(folder / "event.toml", "event.toml", None)
    assert caught.value.key == "media.not_a_film"
    assert len(MediaRows(database, clock).all()) == 2
    loop.stop()
    owner.join(30)
    database.close()


@pytest.mark.parametrize("name", ["missing.mp4", "../outside.mp4", "/etc/hostname"])
def test_a_film_that_is_not_beside_its_manifest_is_named_and_nothing_is_loaded(
    folder: Path, paths: Paths, clock: HeldClock, name: str
) -> None:
    (folder.parent / "outside.mp4").write_bytes(b"x")
    (folder / "event.toml").write_text(MANIFEST.replace("short.mp4", name), "utf-8")
    with media_door(paths, clock) as door, pytest.raises(MatineeError) as caught:
        load_event(folder / "event.toml", paths, door, lambda _: None)
    assert caught.value.key == "event.film_not_found"
    assert list_events(paths) == []


def test_a_broken_film_stops_the_loading_whole(folder: Path, paths: Paths, clock: HeldClock) -> None:
    (folder / "short.mp4").write_bytes(b"broken")
    with media_door(paths, clock) as door, pytest.raises(MatineeError, match=r"short\.mp4"):
        load_event(folder / "event.toml", paths, door, lambda _: None)
    assert list_events(paths) == []


def test_a_picture_that_is_missing_or_is_none_is_named_before_anything_is_copied(
    folder: Path, paths: Paths, clock: HeldClock
) -> None:
    text = MANIFEST.replace('title = "Welcome"', 'title = "Welcome"\npicture = "poster.png"')
    (folder / "event.toml").write_text(text, "utf-8")
    with media_door(paths, clock) as door, pytest.raises(MatineeError, match=r"poster\.png") as missing:
        load_event(folder / "event.toml", paths, door, lambda _: None)
    assert missing.value.key == "event.picture_not_found"
    (folder / "poster.png").write_text("no picture", "utf-8")
    with media_door(paths, clock) as door, pytest.raises(MatineeError) as wrong:
        load_event(folder / "event.toml", paths, door, lambda _: None)
    assert wrong.value.key == "media.not_a_picture"
    assert list_events(paths) == []


@pytest.mark.parametrize(
    "line", ['picture = "../poster.png"', 'picture = "film.mp4"', 'picture = "a.png"\nfilm = "b.mp4"']
)
def test_what_is_no_picture_beside_the_manifest_is_refused(line: str) -> None:
    with pytest.raises(MatineeError, match=r"event.toml.*(is no picture|shows its film|plays no film)"):
        event_manifest.check(MANIFEST.replace('title = "Welcome"', f'title = "Welcome"\n{line}', 1))
