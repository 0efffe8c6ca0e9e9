"""A folder for work in progress: gone when the work ends, and swept by the next one if it ended by a kill."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from appliance.ids import new_id

_PREFIX = ".converting-"


@contextmanager
def workshop(beside: Path) -> Iterator[Path]:
    """Give an empty folder inside ``beside``, which is made if need be; ``OSError`` if that fails.

    Its name carries the number of this process: what belongs to none that lives is left over.
    """
    beside.mkdir(parents=True, exist_ok=True)
    _sweep(beside)
    folder = beside / f"{_PREFIX}{os.getpid()}-{new_id()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(beside: Path) -> None:
    for left in beside.glob(f"{_PREFIX}*-*"):
        owner = left.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(left, ignore_errors=True)
