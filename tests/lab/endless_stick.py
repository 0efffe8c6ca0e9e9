"""A FUSE file system that a stranger made: folders in folders without end, a million files, one true film.

``python -m lab.endless_stick FILM MOUNT``; run by ``endless_stick``. ``huge.mp4`` claims 4 EiB. With a third
argument it holds only the true film and ``sick.mp4``, which can not be read.
"""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

WIDE = 1000
_TIMEOUT_S = 15
_HUGE = 1 << 62


@contextmanager
def endless_stick(film: Path, mount: Path, *, sick: bool = False) -> Iterator[Path]:
    """Mount it; ``sick`` puts a film on it whose bytes can not be read."""
    mount.mkdir()
    command = [sys.executable, "-m", "lab.endless_stick", str(film), str(mount), "sick" * sick]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    with subprocess.Popen(command, env=environment) as process:
        until = time.monotonic() + _TIMEOUT_S
        while not mount.is_mount():
            assert process.poll() is None and time.monotonic() < until, "FUSE is not usable here"  # noqa: PT018
            threading.Event().wait(0.005)
        try:
            yield mount
        finally:
            subprocess.run(["umount", "--lazy", mount], check=True)
            process.wait(_TIMEOUT_S)


def serve(film: str, mount: str, sick: str) -> None:
    import mfusepy  # noqa: PLC0415 only the process that serves needs it

    content = Path(film).read_bytes()

    class Endless(mfusepy.Operations):  # type: ignore[misc] # untyped
        def getattr(self, path: str, fh: Any = None) -> dict[str, int]:  # noqa: ANN401 as the base has it
            del fh
            name = path.rpartition("/")[2]
            if not name.endswith((".mp4", ".txt")):
                return {"st_mode": stat.S_IFDIR | 0o755, "st_nlink": 2}
            size = _HUGE if name == "huge.mp4" else len(content)
            return {
                "st_mode": stat.S_IFREG | 0o644, "st_nlink": 1, "st_size": size, "st_blocks": size // 512 + 1,
            }  # fmt: skip

        def readdir(self, path: str, fh: int) -> list[str]:
            del fh
            if sick:
                return [".", "..", "first.mp4", "sick.mp4"]
            films = ["first.mp4", "huge.mp4"] if path == "/" else []
            return [".", "..", *films, *(f"{n}.txt" for n in range(WIDE)), *(f"{n}" for n in range(WIDE))]

        def read(self, path: str, size: int, offset: int, fh: int) -> bytes:
            del fh
            if path == "/sick.mp4" and offset:
                raise mfusepy.FuseOSError(errno.EIO)
            return content[offset : offset + size]

    mfusepy.FUSE(Endless(), mount, foreground=True, nothreads=True, ro=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
