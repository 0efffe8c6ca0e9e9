"""`matinee dev` with its root on a card of its own, wherever that is mounted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.paths import Paths
from e2e.box import Box

NOT_ROOT = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@contextmanager
def box_on(place: Path, beside: Path) -> Iterator[Box]:
    """The box in ``place``; sockets and the S3 server, which a box has elsewhere, lie ``beside``.

    It runs as no root, as on a box: for root SQLite gives each file that it opens to the owner of the
    database, and that alone would write to the card every four seconds.
    """
    root = place / "box"
    paths = Paths(root).ensure()
    for name, part in (("run", paths.run), ("dev", root / "dev")):
        if part.is_dir():
            part.rmdir()
        (beside / name).mkdir(mode=0o755, parents=True)
        part.symlink_to(beside / name, target_is_directory=True)
    box = Box(root, within=NOT_ROOT)
    try:
        box.start()
        yield box
    finally:
        box.stop()


def forget_films(box: Box) -> int:
    """Let the kernel drop what it holds of films, so that the card is asked again; how many bytes."""
    whole = 0
    for path in (box.root / "media").rglob("*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.fsync(file)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            whole += os.fstat(file).st_size
            os.close(file)
    return whole
