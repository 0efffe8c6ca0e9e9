"""The machine of `make image-test`: what it says answers what was asked, and nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from machine import last_answer


@pytest.mark.parametrize(
    "said",
    [
        b"mine\n",
        b"late\n=end-of-0a1b2c3d=0=\nmine\n",
        b"later\r\n=end-of-0a1b2c3d=1=\r\nlate\n=end-of-ffffffff=127=\nmine\n",
    ],
)
def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next_one(said: bytes) -> None:
    assert last_answer(said) == b"mine\n"
