"""A film read so that no damaged byte gets out: blocks are proven in memory and given from that memory."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import Self

from appliance.errors import MatineeError
from cache.block_file import blocks_beside, read_blocks_at
from cache.blocks import BLOCK_BYTES, BlockList
from cache.damage import read_block

_KEPT_BLOCKS = 8


class VerifiedFilm:
    """For a decoder: what ``read`` gives was hashed after it left the card and is not read again.

    Not for more than one thread at a time. Holds at most eight blocks, so memory does not grow with the film.
    """

    def __init__(self, path: Path, blocks: BlockList | None = None) -> None:
        """``blocks`` None: those beside the film.

        Raises ``media.not_found``, and ``media.no_blocks`` if there are none.
        """
        blocks = blocks or read_blocks_at(blocks_beside(path))
        try:
            self._file = os.open(path, os.O_RDONLY)
        except OSError as fault:
            raise MatineeError("media.not_found", path=path) from fault
        self._name = path.name
        self._blocks = blocks
        self._kept: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0

    @property
    def size_bytes(self) -> int:
        """How long the film is, as its hashes say."""
        return self._blocks.size_bytes

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to ``offset`` from the beginning (or as `io.IOBase.seek` says), and return where that is."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size_bytes}[whence]
        self._position = min(max(0, start + offset), self.size_bytes)
        return self._position

    def tell(self) -> int:
        """Return where the next byte comes from."""
        return self._position

    def read(self, most: int) -> bytes:
        """Up to ``most`` bytes, at least one but at the end; ``media.damaged`` where a block is not good."""
        if self._position >= self.size_bytes or most <= 0:
            return b""
        block, start = divmod(self._position, BLOCK_BYTES)
        content = self._good(block)[start : start + most]
        self._position += len(content)
        return content

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)
        self._kept.clear()

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        self.close()

    def _good(self, block: int) -> bytes:
        if block in self._kept:
            self._kept.move_to_end(block)
            return self._kept[block]
        content = read_block(self._file, self._blocks, block)
        if not self._blocks.matches(block, content):
            raise MatineeError("media.damaged", name=self._name, count=1)
        self._kept[block] = content
        if len(self._kept) > _KEPT_BLOCKS:
            self._kept.popitem(last=False)
        return content
