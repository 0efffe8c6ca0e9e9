"""The intake goes on: whatever becomes of one film, the next one has its turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import EventId
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from appliance.sync.stick import Brought
from cache.boards import Board
from cache.media_store import MediaStore, StoredMedia
from cache.probe import FilmFacts
from cache.probe_av import AvProbe
from cache.probe_verdict import Verdict
from lab.hostile_films import ffmpeg
from lab.small_film import make_film
from lab.staff_room import until
from provisioning.fitting import Fitting
from provisioning.intake import Arrival, Intake, Stage
from provisioning.uploads import Upload, Uploads


class OwnDoor:
    """Sync's door without its socket."""

    def __init__(self, store: MediaStore) -> None:
        self._store = store

    def bring(self, source: Path, name: str, event: EventId | None) -> StoredMedia:
        assert event is None
        return self._store.import_file(source, name)

    def bring_stick(self, where: Path) -> Brought:
        raise MatineeError("stick.nothing", where=where)


class Interrupted(Fitting):
    """Looks as always, and then somebody does something before it can say what it saw."""

    meanwhile: Callable[[], None] = staticmethod(lambda: None)

    def verdict(self, path: Path, name: str) -> tuple[FilmFacts, Verdict]:
        found = super().verdict(path, name)
        type(self).meanwhile()
        return found


@pytest.fixture
def intake(paths: Paths) -> Iterator[Intake]:
    clock = RealClock()
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    door = OwnDoor(MediaStore(paths.media, MediaRows(database, clock), AvProbe()))
    made = Intake(Uploads(paths.uploads, clock), door, Interrupted(Board.PC), paths.derived, clock)
    made.start()
    yield made
    made.stop()
    database.close()


def uploaded(intake: Intake, film: Path) -> Upload:
    content = film.read_bytes()
    upload = intake.uploads.begin(film.name, len(content))
    whole = intake.uploads.append(upload.id, 0, [content])
    intake.take(whole)
    return whole


def arrival(intake: Intake, upload: Upload) -> Arrival | None:
    return next((found for found in intake.arrivals() if found.id == upload.id), None)


def comes_to(intake: Intake, upload: Upload, stage: Stage) -> Arrival:
    def there() -> bool:
        found = arrival(intake, upload)
        return found is not None and found.stage is stage

    until(there)
    found = arrival(intake, upload)
    assert found is not None
    return found


def test_an_upload_that_is_taken_away_while_it_is_looked_at_holds_up_nobody(
    intake: Intake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    film = make_film(tmp_path / "film.mp4", 1)
    unwanted: list[str] = []

    def dismissed() -> None:
        if not unwanted:
            unwanted.append(intake.arrivals()[0].id)
            intake.dismiss(unwanted[0])

    monkeypatch.setattr(Interrupted, "meanwhile", staticmethod(dismissed))
    first = uploaded(intake, film)
    until(lambda: unwanted == [first.id])
    comes_to(intake, uploaded(intake, film), Stage.READY)
    assert arrival(intake, first) is None


def test_a_card_that_refuses_the_workshop_refuses_one_film_and_not_the_next(
    intake: Intake, paths: Paths, tmp_path: Path
) -> None:
    heavy = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=1")
    ffmpeg(*heavy, "-c:v", "rawvideo", "-pix_fmt", "yuv420p", tmp_path / "raw.mkv")
    upload = uploaded(intake, tmp_path / "raw.mkv")
    comes_to(intake, upload, Stage.WILL_NOT)
    if paths.derived.exists():
        paths.derived.rmdir()
    paths.derived.write_bytes(b"no folder")
    intake.convert(upload.id)
    assert "raw.mkv" in comes_to(intake, upload, Stage.REFUSED).words[0]
    comes_to(intake, uploaded(intake, make_film(tmp_path / "film.mp4", 1)), Stage.READY)
