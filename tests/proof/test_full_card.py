"""Films have taken all the room that they may: people still sign up."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.media_store import MediaStore
from cache.room import KEEP_FREE_BYTES, Room
from lab.acts import SigningUp, prepare
from lab.any_film import AnyFilm
from lab.checker import Told, violations

FOR_FILMS_MB = 24


@pytest.fixture
def small_card(tmp_path: Path) -> Iterator[Path]:
    """What a card keeps free for people, and little more."""
    place = tmp_path / "card"
    place.mkdir()
    size = KEEP_FREE_BYTES + FOR_FILMS_MB * 1_000_000
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "matinee-card", place], check=True)
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)  # the act of the laboratory keeps its file


def fill_with_films(paths: Paths, folder: Path) -> int:
    """Import until films are refused; how many went in."""
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    try:
        rows = MediaRows(database, RealClock())
        store = MediaStore(paths.media, rows, AnyFilm(), Room(paths.media))
        for number in range(100):
            film = folder / "film.mp4"
            film.write_bytes(f"film {number}".encode().ljust(4_000_000, b"."))
            try:
                media = store.import_file(film, f"{number}.mp4")
            except MatineeError as refused:
                assert refused.key == "media.no_room"
                return number
            store.pin(media.sha256, "tonight")
        raise AssertionError
    finally:
        database.close()


def signed_up(card: Path, folder: Path, people: int) -> None:
    root = card / "box"
    prepare("signing_up", root)
    assert 3 <= fill_with_films(Paths(root).ensure(), folder) <= FOR_FILMS_MB // 4
    lines: list[str] = []
    act = SigningUp(root, lines.append)
    for _ in range(people):
        act.step()
    act.writer.close()
    told = Told.of(lines)
    assert (len(told.told), told.refused) == (people, Told.of([]).refused)
    assert violations("signing_up", root, told) == []


def test_people_sign_up_while_films_have_no_room_left(small_card: Path, tmp_path: Path) -> None:
    signed_up(small_card, tmp_path, 150)


def test_people_sign_up_while_no_file_more_can_be_made(tmp_path: Path) -> None:
    place = tmp_path / "card"
    place.mkdir()
    options = "size=64m,nr_inodes=300"
    subprocess.run(["mount", "-t", "tmpfs", "-o", options, "matinee-card", place], check=True)
    try:
        prepare("signing_up", place / "box")
        lines: list[str] = []
        act = SigningUp(place / "box", lines.append)
        with pytest.raises(OSError, match="No space left"):
            for number in range(400):
                (place / f"{number}").touch()
        for _ in range(60):
            act.step()
        act.writer.close()
        told = Told.of(lines)
        assert len(told.told) == 60
        assert violations("signing_up", place / "box", told) == []
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_ten_thousand_sign_ups_fit_while_films_have_no_room_left(small_card: Path, tmp_path: Path) -> None:
    signed_up(small_card, tmp_path, 10_000)
