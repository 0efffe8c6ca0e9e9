"""A film's poster, made apart: whoever asks decodes nothing, and keeps no decoder in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from appliance.errors import MatineeError

_SECONDS = 60
_LARGEST_BYTES = 4 << 20


def poster(film: Path, title: str) -> bytes:
    """Return a JPEG of a telling picture of ``film``; ``media.not_a_film`` if there is none.

    The child is killed after a minute.
    """
    try:
        with film.open("rb") as source:
            made = subprocess.run(
                [sys.executable, "-I", "-m", "cache.poster_child"],
                stdin=source,
                capture_output=True,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
                cwd="/",
                timeout=_SECONDS,
                check=False,
            )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise MatineeError("media.not_a_film", name=title, reason="it can not be read") from fault
    if made.returncode != 0 or not 0 < len(made.stdout) <= _LARGEST_BYTES:
        raise MatineeError("media.not_a_film", name=title, reason="no picture of it can be decoded")
    return made.stdout
