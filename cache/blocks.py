"""A film as a list of blocks, each with its hash, under one root: damage can be named and fetched alone.

The bytes are cut into blocks of 1 MiB, the last one shorter. A block's hash is its plain SHA-256, as
``dd bs=1M skip=N count=1 | sha256sum`` prints it. The root is the Merkle tree hash of RFC 6962, section 2.1,
over these hashes: ``SHA-256(0x00 || hash)`` for a leaf, ``SHA-256(0x01 || left || right)`` above.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass
from functools import cached_property

from appliance.ids import Sha256

BLOCK_BYTES = 1 << 20
_DIGEST_BYTES = 32


@dataclass(frozen=True)
class BlockList:
    """The hashes of a film's blocks. ``ValueError`` if their number does not fit the size."""

    size_bytes: int
    digests: bytes
    """32 bytes for each block, in order."""

    def __post_init__(self) -> None:
        """One hash for each block of a film that is not empty."""
        if self.size_bytes <= 0 or len(self.digests) != _DIGEST_BYTES * self.count:
            raise ValueError(self.size_bytes)

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return -(-self.size_bytes // BLOCK_BYTES)

    def span(self, block: int) -> tuple[int, int]:
        """Offset and length of ``block``, in bytes."""
        offset = block * BLOCK_BYTES
        return offset, min(BLOCK_BYTES, self.size_bytes - offset)

    def digest(self, block: int) -> bytes:
        """The SHA-256 of ``block``."""
        return self.digests[block * _DIGEST_BYTES : (block + 1) * _DIGEST_BYTES]

    def matches(self, block: int, content: bytes | bytearray | memoryview) -> bool:
        """Tell whether ``content`` is exactly ``block``."""
        return len(content) == self.span(block)[1] and hashlib.sha256(content).digest() == self.digest(block)

    @cached_property
    def root(self) -> str:
        """The root over all blocks, as hexadecimal digits."""
        return _tree([self.digest(block) for block in range(self.count)]).hex()

    @property
    def text(self) -> str:
        """The hashes for a JSON document: base64."""
        return b64encode(self.digests).decode("ascii")

    @classmethod
    def parse(cls, size_bytes: int, text: str, root: str) -> BlockList:
        """Read what ``text`` and ``root`` wrote; ``ValueError`` if they do not belong together."""
        found = cls(size_bytes, b64decode(text, validate=True))
        if found.root != root:
            raise ValueError(root)
        return found


class FilmHasher:
    """Both hashes of a film, of the whole and of each block, from one pass over its bytes."""

    def __init__(self) -> None:
        """Nothing has passed yet."""
        self._whole = hashlib.sha256()
        self._block = hashlib.sha256()
        self._digests = bytearray()
        self.size_bytes = 0

    def update(self, content: bytes | bytearray | memoryview) -> None:
        """Let the next bytes pass, however many."""
        self._whole.update(content)
        rest = memoryview(content)
        while rest:
            room = BLOCK_BYTES - self.size_bytes % BLOCK_BYTES
            self._block.update(rest[:room])
            self.size_bytes += min(room, len(rest))
            if len(rest) >= room:
                self._close_block()
            rest = rest[room:]

    def finish(self) -> tuple[Sha256, BlockList]:
        """The film's hash and its blocks; ``ValueError`` if nothing passed."""
        if self.size_bytes % BLOCK_BYTES:
            self._close_block()
        return Sha256(self._whole.hexdigest()), BlockList(self.size_bytes, bytes(self._digests))

    def _close_block(self) -> None:
        self._digests += self._block.digest()
        self._block = hashlib.sha256()


def _tree(digests: list[bytes]) -> bytes:
    """RFC 6962: split at the largest power of two below the count."""
    if len(digests) == 1:
        return hashlib.sha256(b"\x00" + digests[0]).digest()
    split = 1 << ((len(digests) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + _tree(digests[:split]) + _tree(digests[split:])).digest()
