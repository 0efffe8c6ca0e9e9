"""A card that fails or is full in mid-download: it is said, nothing is named, and the rest comes later."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from cache.blocks import BLOCK_BYTES
from lab.download import ENVIRONMENT, Download
from lab.film_origin import FilmOrigin

CONTENT = random.Random(9).randbytes(6 * BLOCK_BYTES + 777)  # noqa: S311 a film


@pytest.mark.parametrize(
    ("call", "fault", "said"),
    [
        ("pwrite64", "EIO", "media.card_fails"),
        ("pwrite64", "EROFS", "media.card_fails"),
        ("pwrite64", "ENOSPC", "media.no_room"),
        ("fdatasync", "EIO", "media.card_fails"),
        ("fsync", "EROFS", "media.card_fails"),
        ("fallocate", "ENOSPC", "media.no_room"),
    ],
)
def test_a_card_that_refuses_in_mid_download_is_said_and_the_rest_comes_later(
    tmp_path: Path, call: str, fault: str, said: str
) -> None:
    folder = tmp_path / "fetching"
    folder.mkdir()
    download = Download(tmp_path, folder, CONTENT)
    with FilmOrigin(CONTENT) as origin:
        inject = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"inject={call}:error={fault}:when=3+"]
        if call in {"fsync", "fallocate"}:
            inject[-1] = f"inject={call}:error={fault}:when=1+"
        fetch = [sys.executable, "-m", "lab.fetch_film", folder, origin.url, download.blocks]
        done = subprocess.run(
            [*inject, *fetch, download.wanted.sha256],
            env=ENVIRONMENT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 1, done.stderr
        assert done.stderr.startswith(f"{said}: "), done.stderr
        sent = origin.sent_bytes
        download.finish(origin)
        assert origin.sent_bytes - sent <= len(CONTENT)
