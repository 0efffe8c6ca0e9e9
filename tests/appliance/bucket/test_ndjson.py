from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.bucket.ndjson import LARGEST_UNPACKED_BYTES, LONGEST_LINE_BYTES, is_sound, lines, pack

BODIES = st.lists(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])), max_size=20)


@given(BODIES)
def test_the_same_rows_are_the_same_bytes(bodies: list[str]) -> None:
    assert pack(bodies) == pack(list(bodies))


@given(BODIES)
def test_any_gzip_reads_what_was_packed(bodies: list[str]) -> None:
    assert gzip.decompress(pack(bodies)).decode() == "".join(body + "\n" for body in bodies)


def test_lines_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "facts.ndjson.gz"
    path.write_bytes(pack(['{"id":"1"}', '{"id":"2"}']))
    assert list(lines(path)) == [b'{"id":"1"}', b'{"id":"2"}']


def test_a_cut_off_object_gives_its_whole_lines_only(tmp_path: Path) -> None:
    path = tmp_path / "facts.ndjson.gz"
    whole = pack([f'{{"id":"{number:0200d}"}}' for number in range(5000)])
    path.write_bytes(whole[: len(whole) // 2])
    read = list(lines(path))
    assert 0 < len(read) < 5000
    assert all(line.endswith(b'"}') for line in read)


def test_a_zip_bomb_ends_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "bomb.ndjson.gz"
    path.write_bytes(gzip.compress(b'{"id":"1"}\n' + b" " * (50 * LONGEST_LINE_BYTES)))
    assert list(lines(path)) == [b'{"id":"1"}']


def test_what_is_no_gzip_has_no_lines(tmp_path: Path) -> None:
    path = tmp_path / "page.ndjson.gz"
    path.write_bytes(b"<html>Welcome to our hotel</html>")
    assert list(lines(path)) == []


@given(st.lists(st.integers(0, 400_000), min_size=1, max_size=8))
def test_what_a_box_packs_is_sound_and_cut_anywhere_it_is_not(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("n")
    whole = pack(["x" * size for size in sizes])
    (folder / "whole").write_bytes(whole)
    (folder / "cut").write_bytes(whole[: len(whole) * 2 // 3])
    assert is_sound(folder / "whole")
    assert not is_sound(folder / "cut")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>Welcome to our hotel</html>",
        gzip.compress(b""),
        gzip.compress(b'{"id":"1"}'),
        gzip.compress(b"\n" + b"x" * (LONGEST_LINE_BYTES + 1) + b"\n"),
        gzip.compress(b"x\n" * (LARGEST_UNPACKED_BYTES // 2 + 1), compresslevel=1),
    ],
    ids=["nothing", "page", "no line", "no end", "long line", "bomb"],
)
def test_what_no_box_packs_is_not_sound(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "object").write_bytes(content)
    assert not is_sound(tmp_path / "object")
