"""Twenty cuts in one download: killed, the line gone, the power gone with all that was not flushed."""

from __future__ import annotations

import mmap
import random
import subprocess
import threading
from pathlib import Path

import pytest

from cache.blocks import BLOCK_BYTES
from lab.download import Download
from lab.film_origin import FilmOrigin
from lab.lossy_disk import LossyDisk

CUTS = 20
FEW_CUTS = 6


def wait_until_sent(origin: FilmOrigin, process: subprocess.Popen[bytes], goal: int) -> None:
    moment = threading.Event()
    while origin.sent_bytes < goal and process.poll() is None:
        moment.wait(0.001)


def a_gigabyte(path: Path) -> mmap.mmap:
    luck = random.Random(8)  # noqa: S311 a film
    with path.open("w+b") as file:
        for _ in range(1000):
            file.write(luck.randbytes(1_000_000))
        file.flush()
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


@pytest.fixture
def small() -> bytes:
    return random.Random(5).randbytes(24 * BLOCK_BYTES)  # noqa: S311 a film


@pytest.fixture(params=["killed", "power"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def run(download: Download, origin: FilmOrigin, kind: str, size: int, cuts: int) -> None:
    luck = random.Random(cuts)  # noqa: S311 when to cut
    at = sorted(luck.randrange(size) for _ in range(cuts))
    for goal in at:
        process = download.start(origin)
        wait_until_sent(origin, process, goal)
        process.kill()
        process.wait()
        if kind == "power":
            download.lose_what_was_not_flushed()
    download.finish(origin)


def test_cut_again_and_again_the_film_is_right_and_little_comes_twice(
    tmp_path: Path, small: bytes, kind: str
) -> None:
    folder = tmp_path / "fetching"
    folder.mkdir()
    with FilmOrigin(small) as origin:
        origin.levers.rate = 32 * BLOCK_BYTES
        run(Download(tmp_path, folder, small), origin, kind, len(small), FEW_CUTS)
        assert origin.sent_bytes <= 1.25 * len(small)  # what the kernel held for the dead is in it


def test_on_a_disk_that_tears_what_was_not_flushed_the_film_is_right(tmp_path: Path) -> None:
    content = random.Random(6).randbytes(12 * BLOCK_BYTES + 77)  # noqa: S311 a film
    luck = random.Random(7)  # noqa: S311 when to cut
    with FilmOrigin(content) as origin:
        origin.levers.rate = 16 * BLOCK_BYTES
        for cut in range(6):
            with LossyDisk(tmp_path / "disk") as disk:
                download = Download(tmp_path, disk.path, content)
                process = download.start(origin)
                wait_until_sent(origin, process, origin.sent_bytes + luck.randrange(2 * BLOCK_BYTES))
                disk.cut(seed=cut)
                process.kill()
                process.wait()
        with LossyDisk(tmp_path / "disk") as disk:
            Download(tmp_path, disk.path, content).finish(origin)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_gigabyte_cut_twenty_times_costs_at_most_two_per_cent(tmp_path: Path, kind: str) -> None:
    content = a_gigabyte(tmp_path / "origin")
    folder = tmp_path / "fetching"
    folder.mkdir()
    with FilmOrigin(content) as origin:  # type: ignore[arg-type]
        origin.levers.rate = 60_000_000
        run(Download(tmp_path, folder, content), origin, kind, len(content), CUTS)
        (tmp_path / "ratio").write_text(f"{kind} {origin.sent_bytes / len(content):.4f}")
        assert origin.sent_bytes <= 1.02 * len(content)
