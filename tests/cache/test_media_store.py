from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.media_store import MediaStore, media_path
from cache.probe_av import AvProbe


@pytest.fixture(scope="session")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=2"]
    subprocess.run(["ffmpeg", "-v", "error", *source, "-pix_fmt", "yuv420p", str(path)], check=True)
    return path


@pytest.fixture
def store(paths: Paths, clock: HeldClock) -> MediaStore:
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    return MediaStore(paths.media, MediaRows(database, clock), AvProbe())


def test_a_film_comes_in_whole_and_verified(store: MediaStore, paths: Paths, film: Path) -> None:
    seen: list[tuple[int, int]] = []
    media = store.import_file(film, "film.mp4", lambda done, size: seen.append((done, size)))
    assert media.duration_ms == pytest.approx(2000, abs=50)
    assert media_path(paths.media, media.sha256).read_bytes() == film.read_bytes()
    assert store.list() == [media]
    assert store.verify(media)
    assert seen[-1] == (media.size_bytes, media.size_bytes)


def test_the_same_film_twice_is_one_film(store: MediaStore, film: Path) -> None:
    assert store.import_file(film, "a.mp4").sha256 == store.import_file(film, "b.mp4").sha256
    assert len(store.list()) == 1


def test_one_flipped_bit_is_found(store: MediaStore, paths: Paths, film: Path) -> None:
    media = store.import_file(film, "film.mp4")
    path = media_path(paths.media, media.sha256)
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    path.write_bytes(damaged)
    assert not store.verify(media)


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (None, "media.not_found"),
        (b"", "media.empty"),
        (b"this is no film" * 100, "media.not_a_film"),
        (b"#EXTM3U\nhttp://127.0.0.1/film.ts\n", "media.not_a_film"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "media.not_a_film"),
    ],
)
def test_what_is_no_film_is_refused_and_leaves_nothing(
    store: MediaStore, paths: Paths, tmp_path: Path, content: bytes | None, key: str
) -> None:
    source = tmp_path / "strange.mp4"
    if content is not None:
        source.write_bytes(content)
    with pytest.raises(MatineeError) as caught:
        store.import_file(source, "strange.mp4")
    assert caught.value.key == key
    assert [path for path in paths.media.rglob("*") if path.is_file()] == []
    assert store.list() == []


def test_a_film_cut_short_is_refused(store: MediaStore, tmp_path: Path, film: Path) -> None:
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(film.read_bytes()[:2000])
    with pytest.raises(MatineeError, match="not a film"):
        store.import_file(cut, "cut.mp4")


def test_sound_alone_is_no_film(store: MediaStore, tmp_path: Path) -> None:
    sound = tmp_path / "sound.mp4"
    tone = ["-f", "lavfi", "-i", "sine=duration=1"]
    subprocess.run(["ffmpeg", "-v", "error", *tone, str(sound)], check=True)
    with pytest.raises(MatineeError, match="no picture in it"):
        store.import_file(sound, "sound.mp4")


def test_what_a_power_cut_left_is_swept_away(paths: Paths, clock: HeldClock) -> None:
    incoming = paths.media / "incoming"
    incoming.mkdir()
    (incoming / "half").write_bytes(b"half a film")
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    MediaStore(paths.media, MediaRows(database, clock), AvProbe())
    assert list(incoming.iterdir()) == []
    database.close()
