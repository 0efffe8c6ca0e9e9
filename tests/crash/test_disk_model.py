"""The model of a disk: what is promised survives every luck, what is not may go."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.disk_model import Disk, File

WRITES = st.lists(st.tuples(st.integers(0, 3000), st.binary(min_size=1, max_size=2000)), max_size=8)
LUCK = st.one_of(st.none(), st.integers(0, 10_000))


def chance(seed: int | None) -> random.Random | None:
    return None if seed is None else random.Random(seed)  # noqa: S311 no secret


@given(before=WRITES, after=WRITES, seed=LUCK)
def test_bytes_that_were_flushed_and_not_written_over_survive_every_luck(
    before: list[tuple[int, bytes]], after: list[tuple[int, bytes]], seed: int | None
) -> None:
    file = File(0o644)
    for offset, written in before:
        file.write(offset, written)
    file.sync()
    flushed = bytes(file.content)
    touched = set()
    for offset, written in after:
        file.write(offset, written)
        touched.update(range(offset, offset + len(written)))
    left = file.survivor(chance(seed))
    assert len(left) >= len(flushed)
    assert all(left[at] == flushed[at] for at in range(len(flushed)) if at not in touched)


@given(writes=WRITES, seed=LUCK)
def test_with_everything_flushed_luck_changes_nothing(
    writes: list[tuple[int, bytes]], seed: int | None
) -> None:
    disk = Disk()
    disk.add("/film", File(0o644))
    for offset, written in writes:
        file = disk.node("/film")
        assert isinstance(file, File)
        file.write(offset, written)
    disk.sync_all()
    assert disk.survivors(chance(seed)) == disk.survivors()
    assert Disk.holding(disk.survivors()).survivors() == disk.survivors()


def test_a_flushed_file_whose_name_was_not_is_gone() -> None:
    disk = Disk()
    film = File(0o644)
    disk.add("/film", film)
    film.write(0, b"bytes")
    film.sync()
    assert disk.survivors() == {}
    disk.sync_names(disk.root)
    assert disk.survivors() == {"/film": b"bytes"}


def test_a_name_that_was_flushed_before_its_bytes_stands_over_nothing() -> None:
    disk = Disk()
    film = File(0o644)
    disk.add("/film", film)
    film.write(0, b"bytes")
    disk.sync_names(disk.root)
    assert disk.survivors() == {"/film": b""}


@pytest.mark.parametrize("seed", range(20))
def test_a_rename_is_never_half(seed: int) -> None:
    disk = Disk.holding({"/a": None, "/b": None, "/a/film": b"bytes"})
    disk.rename("/a/film", "/b/film")
    left = disk.survivors(random.Random(seed))  # noqa: S311 no secret
    assert ("/a/film" in left) != ("/b/film" in left)
