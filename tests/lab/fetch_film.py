"""Fetch one film as a process that may be killed at any moment: folder, url, file of block hashes, sha256.

With a fifth argument, a file, it notes there after each flush how far the film is safe: who cuts the power by
``kill -9`` and shortens the film to that has lost what was not flushed.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from appliance.clock import RealClock
from appliance.errors import MatineeError
from appliance.ids import Sha256
from cache.block_file import read_blocks_at
from cache.fetching import Fetch, Patience, Tally
from cache.partial import Partial, Wanted
from cache.reach import Reach
from cache.source_https import HttpsSource


def note_flushes(into: str) -> None:
    """Write the length of each file that was just flushed, as it was before, into ``into``."""
    flush = os.fdatasync

    def noted(handle: int) -> None:
        safe = os.fstat(handle).st_size
        flush(handle)
        with Path(into).open("a", encoding="ascii") as file:
            file.write(f"{safe}\n")

    os.fdatasync = noted  # type: ignore[assignment]


def main(folder: str, url: str, blocks_file: str, sha256: str, flushed: str = "") -> int:
    """Exit 0: whole, proven, flushed, as ``<folder>/<sha256>.part``; 1: cut off, what came stays."""
    if flushed:
        note_flushes(flushed)
    blocks = read_blocks_at(Path(blocks_file))
    reach = Reach.of(["127.0.0.0/8", "10.0.0.0/8"], plain_http=True)
    source = HttpsSource(url, blocks.size_bytes, RealClock(), reach)
    tally = Tally()
    try:
        with Partial(Path(folder), Wanted(Sha256(sha256), "film.mp4", blocks)) as coming:
            Fetch(coming, [source], None, tally, Patience(RealClock(), threading.Event())).run()
    except MatineeError as fault:
        sys.stderr.write(f"{fault.key}: {fault} fetched={tally.fetched_bytes} kept={tally.kept_bytes}\n")
        return 1
    sys.stdout.write(f"fetched={tally.fetched_bytes} kept={tally.kept_bytes}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
