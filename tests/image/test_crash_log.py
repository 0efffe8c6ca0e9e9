"""The card after a cut: flushed bytes are there, later ones by chance."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import crash_log

pytestmark = pytest.mark.skipif(shutil.which("qemu-io") is None, reason="needs qemu-utils (make image-test)")


def card_after(folder: Path, *steps: str, keep: float) -> bytes:
    """What ``steps`` of qemu-io leave on a card of 64 KiB."""
    over, log, card = folder / "over", folder / "log", folder / "card"
    for path, size in ((over, 65536), (card, 65536), (log, 1 << 20)):
        with path.open("wb") as file:
            file.truncate(size)
    files = f"file.driver=file,file.filename={over},log.driver=file,log.filename={log}"
    image = f"driver=blklogwrites,{files}"
    told = [word for step in steps for word in ("-c", step)]
    subprocess.run(["qemu-io", "--image-opts", image, *told], capture_output=True, check=True)
    last = list(crash_log.entries(log))[
        len(steps) - 1
    ]  # the tool flushes when it ends; a cut machine does not
    os.truncate(log, last.offset + last.length)
    crash_log.replay(log, card, Random(1), keep)  # noqa: S311 not for secrets
    return card.read_bytes()


def test_what_was_flushed_is_there_and_what_was_not_may_be_lost(tmp_path: Path) -> None:
    steps = ("write -P 0x11 0 8k", "flush", "write -P 0x22 0 4k", "write -P 0x33 16k 32k")
    lost = card_after(tmp_path, *steps, keep=0)
    assert lost == b"\x11" * 8192 + bytes(65536 - 8192)
    whole = card_after(tmp_path, *steps, keep=1)
    assert whole[:8192] == b"\x22" * 4096 + b"\x11" * 4096
    torn = card_after(tmp_path, *steps, keep=0.5)
    assert 0 < torn[16384:49152].count(0x33) < 32768
