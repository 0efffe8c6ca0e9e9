"""A strip of blocks burnt into a test film: film id and frame number, readable from one row of pixels.

Block 0 is white and block 1 black; then the frame number (16 blocks), the film id (6), and their parity (1),
the lowest bit first. 25 blocks of 2.5 % of the width each leave the right of the row to the film.
"""

from __future__ import annotations

FRAME_BITS = 16
ID_BITS = 6
BLOCKS = 2 + FRAME_BITS + ID_BITS + 1
PERCENT = 2.5
"""Width of a block in per cent of the picture's."""
_DARK, _LIGHT = 70, 185


def parity(film_id: int, frame: int) -> int:
    return (film_id.bit_count() + frame.bit_count()) % 2


def read_strip(rgb_row: bytes) -> tuple[int, int] | None:
    """Read (film id, frame) off one row of RGB pixels through the strip; None if no whole strip is there."""
    width = len(rgb_row) // 3
    bits = []
    for block in range(BLOCKS):
        x = int((block + 0.5) * width * PERCENT / 100)
        level = sum(rgb_row[3 * x : 3 * x + 3]) // 3
        if _DARK < level < _LIGHT:
            return None
        bits.append(int(level >= _LIGHT))
    if bits[:2] != [1, 0]:
        return None
    frame = sum(bit << place for place, bit in enumerate(bits[2 : 2 + FRAME_BITS]))
    film_id = sum(bit << place for place, bit in enumerate(bits[2 + FRAME_BITS : -1]))
    return (film_id, frame) if bits[-1] == parity(film_id, frame) else None
