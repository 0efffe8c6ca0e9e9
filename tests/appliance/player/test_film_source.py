"""Whatever rots on the card, not one wrong byte of a film comes out to what decodes it."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from appliance.errors import MatineeError
from appliance.model.picture import Film
from appliance.player.film_source import FilmSources, PlainFilm
from appliance.player.remarks import Remarks
from appliance.player.source import Source
from cache.block_file import blocks_beside
from cache.blocks import BLOCK_BYTES
from lab.films import lay_hashes

DAMAGES = 1000
_PAGE = 4096


@pytest.fixture(scope="module")
def content() -> bytes:
    return random.Random(3).randbytes(2 * BLOCK_BYTES + 54_321)  # noqa: S311 repeatable, not secret


@pytest.fixture
def film(tmp_path: Path, content: bytes) -> Film:
    path = tmp_path / "film"
    path.write_bytes(content)
    return Film("token", "Film", str(lay_hashes(path)))


def opened(film: Film, remarks: Remarks | None = None) -> Source:
    opener = FilmSources(remarks or Remarks()).opener(film)
    assert opener is not None
    return opener()


def harm(path: Path, content: bytes, chance: random.Random) -> int:
    """Flip a bit, lose a page or cut the file; return the first place that is wrong now."""
    at = chance.randrange(len(content))
    with path.open("r+b") as film:
        match chance.randrange(3):
            case 0:
                film.seek(at)
                film.write(bytes([content[at] ^ 1 << chance.randrange(8)]))
            case 1:
                at -= at % _PAGE
                film.seek(at)
                film.write(bytes(min(_PAGE, len(content) - at)))
            case _:
                film.truncate(at)
    return at


def mend(path: Path, content: bytes, at: int) -> None:
    with path.open("r+b") as film:
        film.seek(at)
        film.write(
            content[at : at + _PAGE] if os.fstat(film.fileno()).st_size == len(content) else content[at:]
        )


def read_as_a_decoder(source: Source, content: bytes, at: int, chance: random.Random) -> bool:
    """Seek about, at last to what is wrong; whether that was refused. Whatever is given must be right."""
    places = [chance.randrange(len(content)) for _ in range(3)]
    for place in [*places, max(0, at - chance.randrange(_PAGE))]:
        source.seek(place)
        read = place
        for _ in range(3):
            try:
                got = source.read(chance.randrange(1, 70_000))
            except MatineeError as fault:
                assert fault.key == "media.damaged"
                return True
            assert got == content[read : read + len(got)]
            read += len(got)
    return False


def test_a_thousand_damages_and_not_one_wrong_byte_gets_to_the_decoder(film: Film, content: bytes) -> None:
    chance = random.Random(2026)  # noqa: S311 repeatable, not secret
    path = Path(film.path)
    refused = 0
    for _ in range(DAMAGES):
        at = harm(path, content, chance)
        source = opened(film)
        refused += read_as_a_decoder(source, content, at, chance)
        source.close()
        mend(path, content, at)
    assert refused == DAMAGES
    assert path.read_bytes() == content


def test_a_plain_file_is_the_engines_own_affair(tmp_path: Path) -> None:
    assert FilmSources(Remarks()).opener(Film("t", "T", str(tmp_path / "plain.mp4"))) is None


def test_a_film_whose_hashes_rot_plays_and_is_named(film: Film, content: bytes) -> None:
    remarks = Remarks()
    beside = blocks_beside(Path(film.path))
    beside.write_bytes(beside.read_bytes()[:-20])
    source = opened(film, remarks)
    assert isinstance(source, PlainFilm)
    assert b"".join(iter(lambda: source.read(1 << 20), b"")) == content
    assert source.size_bytes == len(content)
    source.close()
    assert [remark.token for remark in remarks.all()] == ["token"]


def test_a_film_that_is_gone_is_refused(film: Film) -> None:
    Path(film.path).unlink()
    with pytest.raises(MatineeError) as caught:
        opened(film)
    assert caught.value.key == "media.not_found"
