"""A film that is fetched by a process of its own, which may be cut at any moment and begun again."""

from __future__ import annotations

import hashlib
import mmap
import os
import subprocess
import sys
from pathlib import Path

from cache.block_file import blocks_path, write_blocks
from cache.blocks import BLOCK_BYTES, FilmHasher
from cache.partial import Wanted
from lab.film_origin import FilmOrigin

ENVIRONMENT = {**os.environ, "PYTHONPATH": ":".join(sys.path)}


class Download:
    """One film that is fetched by a process, and cut."""

    def __init__(self, work: Path, folder: Path, content: bytes | mmap.mmap) -> None:
        hasher = FilmHasher()
        for at in range(0, len(content), BLOCK_BYTES):
            hasher.update(content[at : at + BLOCK_BYTES])
        sha256, blocks = hasher.finish()
        self.wanted = Wanted(sha256, "film.mp4", blocks)
        write_blocks(work, sha256, "film.mp4", blocks)
        self.blocks = blocks_path(work, sha256)
        self.flushed = work / "flushed"
        self.folder = folder

    def part(self) -> Path:
        return self.folder / f"{self.wanted.sha256}.part"

    def start(self, origin: FilmOrigin) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "lab.fetch_film", str(self.folder), origin.url, str(self.blocks)]
        return subprocess.Popen(
            [*command, self.wanted.sha256, str(self.flushed)],
            env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def finish(self, origin: FilmOrigin) -> None:
        assert self.start(origin).wait() == 0
        with self.part().open("rb") as film:
            assert hashlib.file_digest(film, "sha256").hexdigest() == self.wanted.sha256

    def lose_what_was_not_flushed(self) -> None:
        safe = [int(line) for line in self.flushed.read_text().split()] if self.flushed.exists() else []
        if self.part().exists():
            os.truncate(self.part(), min(safe[-1] if safe else 0, self.part().stat().st_size))
