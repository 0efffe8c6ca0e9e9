"""The block hashes beside the film: ``<sha256>.blocks``, written before the film has its name."""

from __future__ import annotations

from pathlib import Path

import msgspec

from appliance.errors import MatineeError
from appliance.ids import Sha256
from cache.blocks import BlockList
from cache.durable import write_whole


class BlockFile(msgspec.Struct, frozen=True):
    """What stands in the file; the root proves that the hashes in it are whole."""

    name: str
    """What the film was called: an index that was lost can be made again from the card."""
    size_bytes: int
    root: str
    blocks: str
    """SHA-256 of each MiB, base64."""


_decoder = msgspec.json.Decoder(BlockFile)


def media_path(folder: Path, sha256: Sha256) -> Path:
    """Where a film lies; for readers in other processes. The file need not exist."""
    return folder / sha256[:2] / sha256


def blocks_path(folder: Path, sha256: Sha256) -> Path:
    """Where the film's block hashes lie."""
    return folder / sha256[:2] / f"{sha256}.blocks"


def blocks_beside(path: Path) -> Path:
    """Where the block hashes of the file at ``path`` lie, if it has any."""
    return path.with_name(f"{path.name}.blocks")


def write_blocks(folder: Path, sha256: Sha256, name: str, blocks: BlockList) -> None:
    """Lay the hashes beside where the film will be, durably."""
    path = blocks_path(folder, sha256)
    path.parent.mkdir(exist_ok=True)
    write_blocks_at(path, name, blocks)


def write_blocks_at(path: Path, name: str, blocks: BlockList) -> None:
    """As ``write_blocks``, for a file that lies anywhere."""
    content = BlockFile(name, blocks.size_bytes, blocks.root, blocks.text)
    write_whole(path, msgspec.json.encode(content))


def read_name(folder: Path, sha256: Sha256) -> str:
    """What the film was called when it came; its hash if nobody knows."""
    try:
        return _decoder.decode(blocks_path(folder, sha256).read_bytes()).name
    except (OSError, ValueError):
        return sha256


def read_blocks(folder: Path, sha256: Sha256) -> BlockList:
    """The hashes of a film's blocks; ``media.no_blocks`` if they are gone or damaged themselves."""
    return read_blocks_at(blocks_path(folder, sha256))


def read_blocks_at(path: Path) -> BlockList:
    """As ``read_blocks``, from a file of block hashes wherever it lies."""
    try:
        found = _decoder.decode(path.read_bytes())
        return BlockList.parse(found.size_bytes, found.blocks, found.root)
    except (OSError, ValueError) as fault:
        raise MatineeError("media.no_blocks", path=path) from fault
