from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.errors import MatineeError
from cache.block_file import read_blocks, read_name, write_blocks
from cache.blocks import BLOCK_BYTES, BlockList, FilmHasher


def hashed(content: bytes) -> BlockList:
    hasher = FilmHasher()
    hasher.update(content)
    return hasher.finish()[1]


@given(st.integers(1, 3 * BLOCK_BYTES), st.lists(st.integers(1, 2 * BLOCK_BYTES), max_size=8))
def test_however_the_bytes_come_the_hashes_are_the_same(size: int, pieces: list[int]) -> None:
    content = bytes([size % 251]) * size
    hasher, rest = FilmHasher(), memoryview(content)
    for piece in [*pieces, size]:
        hasher.update(rest[:piece])
        rest = rest[piece:]
    sha256, blocks = hasher.finish()
    assert sha256 == hashlib.sha256(content).hexdigest()
    assert blocks == hashed(content)
    assert [blocks.digest(block) for block in range(blocks.count)] == [
        hashlib.sha256(content[at : at + BLOCK_BYTES]).digest() for at in range(0, size, BLOCK_BYTES)
    ]
    assert BlockList.parse(size, blocks.text, blocks.root) == blocks


def test_the_root_is_the_tree_of_rfc_6962() -> None:
    leaves = [hashlib.sha256(bytes([number])).digest() for number in range(3)]
    a, b, c = (hashlib.sha256(b"\x00" + leaf).digest() for leaf in leaves)
    expected = hashlib.sha256(b"\x01" + hashlib.sha256(b"\x01" + a + b).digest() + c).hexdigest()
    assert BlockList(2 * BLOCK_BYTES + 1, b"".join(leaves)).root == expected


@given(st.integers(0, 40 * 32 - 1), st.integers(0, 7))
def test_one_bit_of_one_hash_changes_the_root(byte: int, bit: int) -> None:
    whole = BlockList(40 * BLOCK_BYTES, bytes(range(256)) * 5)
    changed = bytearray(whole.digests)
    changed[byte] ^= 1 << bit
    assert BlockList(whole.size_bytes, bytes(changed)).root != whole.root


@pytest.mark.parametrize(("size", "digests"), [(0, b""), (1, b""), (BLOCK_BYTES + 1, b"x" * 32), (-1, b"")])
def test_a_list_that_does_not_fit_its_size_is_none(size: int, digests: bytes) -> None:
    with pytest.raises(ValueError, match=str(size)):
        BlockList(size, digests)


def test_a_damaged_list_beside_the_film_is_not_believed(tmp_path: Path) -> None:
    blocks = hashed(b"film" * BLOCK_BYTES)
    sha256 = "ab" * 32
    write_blocks(tmp_path, sha256, "A film.mp4", blocks)  # type: ignore[arg-type]
    assert read_blocks(tmp_path, sha256) == blocks  # type: ignore[arg-type]
    assert read_name(tmp_path, sha256) == "A film.mp4"  # type: ignore[arg-type]
    path = tmp_path / "ab" / f"{sha256}.blocks"
    content = path.read_bytes()
    for at in range(0, len(content), 7):
        path.write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        try:
            assert read_blocks(tmp_path, sha256) == blocks  # type: ignore[arg-type]
        except MatineeError as fault:
            assert fault.key == "media.no_blocks"
    path.write_bytes(content[:-9])
    with pytest.raises(MatineeError, match=r"\.blocks"):
        read_blocks(tmp_path, sha256)  # type: ignore[arg-type]
