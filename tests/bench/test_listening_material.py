"""What the listening is tried on was never learnt from, by whatever name; archives give up their sounds."""

from __future__ import annotations

import struct
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "image-build/listening"))

from archives import lay_out
from halls import answered, hall
from material import RATE_HZ, Source, unheard


def source(kind: str, name: str, samples: np.ndarray) -> Source:
    return Source(kind, "test", name, samples.astype(np.float32))


def noises(*seeds: int) -> list[np.ndarray]:
    return [np.random.default_rng(seed).normal(0, 0.1, RATE_HZ) for seed in seeds]


def test_a_clap_that_is_sold_twice_is_found_however_it_was_cut_and_however_loud() -> None:
    clap, other = noises(1, 2)
    again = np.concatenate((np.zeros(2000), 0.2 * clap[2000:])) + 0.01 * other
    with pytest.raises(SystemExit, match="a/clap is b/applause"):
        unheard([source("applause", "a/clap", again)], [source("cheer", "b/applause", clap)])


def test_two_claps_are_two_and_disturbances_may_come_again() -> None:
    clap, other = noises(1, 2)
    tried = [source("applause", "a", clap), source("other", "c", other)]
    assert unheard(tried, [source("applause", "b", other[::-1]), source("other", "d", other)]) == tried


def test_sounds_come_out_of_an_archive_as_they_were(tmp_path: Path) -> None:
    sounds = [b"RIFF" + struct.pack("<I", len(body)) + body for body in (b"WAVEfirst", b"WAVEsecond one")]
    named = [b"\x05first" + sounds[0], b"\x06second" + sounds[1]]
    begins = [16, 16 + len(named[0])]
    head = struct.pack(
        "<IIII", begins[0] | 0x80000000, len(sounds[0]), begins[1] | 0x80000000, len(sounds[1])
    )
    (tmp_path / "opensfx.cat").write_bytes(head + b"".join(named))
    lay_out(tmp_path)
    assert [(tmp_path / f"opensfx-0{number}.wav").read_bytes() for number in (0, 1)] == sounds


def test_a_hall_answers_after_the_sound_and_dies_away() -> None:
    for seed in range(20):
        answer = hall(np.random.default_rng(seed))
        assert answer[0] == 1.0
        assert np.isfinite(answer).all()
        third = len(answer) // 3
        assert np.square(answer[1:third]).sum() > 10 * np.square(answer[-third:]).sum()
        click = np.zeros(RATE_HZ, np.float32)
        click[4000] = 1.0
        heard = answered(click, answer)
        assert len(heard) == len(click)
        assert np.abs(heard[:3990]).max() < 1e-4 < np.abs(heard[4001:]).max()
