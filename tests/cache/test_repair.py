from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.clock import HeldClock, RealClock
from appliance.errors import MatineeError
from appliance.paths import Paths, Service
from appliance.store.database import Database
from appliance.store.media_rows import MediaRows
from cache.block_file import media_path, read_blocks
from cache.blocks import BLOCK_BYTES, FilmHasher
from cache.damage import damaged_blocks
from cache.fetching import Tally
from cache.media_store import MediaStore, StoredMedia
from cache.probe_av import AvProbe
from cache.reach import Reach
from cache.source_folder import FolderSource
from cache.source_https import HttpsSource
from cache.verified_reader import VerifiedFilm
from lab.film_origin import FilmOrigin


@pytest.fixture
def rows(paths: Paths, clock: HeldClock) -> Iterator[MediaRows]:
    database = Database.open_owner(paths.database(Service.SYNC), Service.SYNC)
    yield MediaRows(database, clock)
    database.close()


@pytest.fixture
def store(paths: Paths, rows: MediaRows) -> MediaStore:
    return MediaStore(paths.media, rows, AvProbe())


@pytest.fixture
def media(store: MediaStore, big_film: Path) -> StoredMedia:
    return store.import_file(big_film, "big.mp4")


def test_the_block_hashes_lie_beside_the_film(media: StoredMedia, paths: Paths, big_film: Path) -> None:
    blocks = read_blocks(paths.media, media.sha256)
    assert blocks.count > 3
    assert (blocks.root, blocks.size_bytes) == (media.blocks_root, big_film.stat().st_size)
    assert list(damaged_blocks(media_path(paths.media, media.sha256), blocks)) == []


def test_damage_is_named_mended_alone_and_nothing_is_lost_before(
    store: MediaStore, media: StoredMedia, rows: MediaRows, paths: Paths, big_film: Path
) -> None:
    path = media_path(paths.media, media.sha256)
    content = bytearray(path.read_bytes())
    content[BLOCK_BYTES + 5] ^= 8
    content[3 * BLOCK_BYTES : 3 * BLOCK_BYTES + 4096] = bytes(4096)
    path.write_bytes(content)
    with pytest.raises(MatineeError) as caught:
        store.repair(media.sha256, [])
    assert caught.value.key == "media.no_source"
    assert rows.damaged() == {media.sha256: (1, 3)}
    assert path.read_bytes() == content, "what is there stays as it is until something better is in hand"
    with FilmOrigin(big_film.read_bytes()) as origin:
        tally = Tally()
        source = HttpsSource(
            origin.url, media.size_bytes, RealClock(), Reach.of(["127.0.0.1/32"], plain_http=True)
        )
        assert store.repair(media.sha256, [source], tally) == 2
    assert tally.fetched_bytes == 2 * BLOCK_BYTES
    assert path.read_bytes() == big_film.read_bytes()
    assert rows.damaged() == {}
    assert store.verify(media)


@pytest.mark.parametrize("change", ["cut", "longer", "gone", "empty"])
def test_a_film_of_another_length_is_mended(
    store: MediaStore, media: StoredMedia, paths: Paths, big_film: Path, change: str
) -> None:
    path = media_path(paths.media, media.sha256)
    content = big_film.read_bytes()
    match change:
        case "cut":
            path.write_bytes(content[: 2 * BLOCK_BYTES + 9])
        case "longer":
            path.write_bytes(content + b"more")
        case "empty":
            path.write_bytes(b"")
        case _:
            path.unlink()
    assert store.repair(media.sha256, [FolderSource(big_film)]) > 0
    assert path.read_bytes() == content
    assert store.verify(media)


def test_a_source_that_is_damaged_itself_mends_nothing(
    store: MediaStore, media: StoredMedia, paths: Paths, tmp_path: Path
) -> None:
    path = media_path(paths.media, media.sha256)
    content = bytearray(path.read_bytes())
    content[7] ^= 1
    path.write_bytes(content)
    (tmp_path / "copy.mp4").write_bytes(content)
    for _ in range(3):
        with pytest.raises(MatineeError) as caught:
            store.repair(media.sha256, [FolderSource(tmp_path / "copy.mp4")])
        assert caught.value.key == "source.wrong"
    assert path.read_bytes() == content
    assert list((paths.media / "quarantine").iterdir()) == [], "trying again and again fills no card"


@pytest.mark.parametrize("times", [100, pytest.param(1000, marks=pytest.mark.soak)])
def test_damage_anywhere_is_found_before_those_bytes_are_read(tmp_path: Path, times: int) -> None:
    luck = random.Random(11)  # noqa: S311 where the card rots
    content = luck.randbytes(3 * BLOCK_BYTES + 4321)
    hasher = FilmHasher()
    hasher.update(content)
    _, blocks = hasher.finish()
    path = tmp_path / "film"
    given_out = 0
    for _ in range(times):
        damaged = bytearray(content)
        at = luck.randrange(len(content))
        kind = luck.choice(["bit", "page", "cut"])
        if kind == "bit":
            damaged[at] ^= 1 << luck.randrange(8)
        elif kind == "page":
            at -= at % 4096
            damaged[at : at + 4096] = bytes(len(damaged[at : at + 4096]))
        else:
            del damaged[at:]
        path.write_bytes(damaged)
        first = at // BLOCK_BYTES
        expected = list(range(first, blocks.count)) if kind == "cut" else [first]
        assert list(damaged_blocks(path, blocks)) == expected
        with VerifiedFilm(path, blocks) as film:
            film.seek(max(0, first - 1) * BLOCK_BYTES)
            with pytest.raises(MatineeError) as caught:
                while film.read(65536):
                    given_out += 1
            assert caught.value.key == "media.damaged"
            assert film._position == first * BLOCK_BYTES  # noqa: SLF001 not one byte of the bad block got out
    assert given_out > 0


def test_what_a_decoder_reads_is_the_film_wherever_it_seeks(tmp_path: Path) -> None:
    luck = random.Random(12)  # noqa: S311 where a decoder seeks
    content = luck.randbytes(11 * BLOCK_BYTES + 17)
    (tmp_path / "film").write_bytes(content)
    hasher = FilmHasher()
    hasher.update(content)
    _, blocks = hasher.finish()
    with VerifiedFilm(tmp_path / "film", blocks) as film:
        for _ in range(300):
            at, most = luck.randrange(len(content) + 10), luck.randrange(1, 70_000)
            film.seek(at)
            got = film.read(most)
            assert got == content[at : at + len(got)]
            assert got or at >= len(content)
        assert len(film._kept) <= 8  # noqa: SLF001 memory does not grow with the film


def test_an_index_that_was_lost_is_made_again_from_the_card(
    media: StoredMedia, paths: Paths, clock: HeldClock, tmp_path: Path
) -> None:
    damaged = media_path(paths.media, "cd" * 32)  # type: ignore[arg-type]
    damaged.parent.mkdir()
    damaged.write_bytes(b"not what its name says")
    database = Database.open_owner(tmp_path / "new.db", Service.SYNC)
    again = MediaStore(paths.media, MediaRows(database, clock), AvProbe())
    again.mend_records()
    assert again.list() == [media]
    assert not damaged.exists()
    assert hashlib.sha256(media_path(paths.media, media.sha256).read_bytes()).hexdigest() == media.sha256
    database.close()
