"""Newer Matinees for a started image, and the plug pulled amid one: after `make image`, and for hours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGES = sorted(ROOT.glob("build/matinee-*-amd64.img"))
LONGEST_S = 12 * 3600.0


@pytest.mark.soak
@pytest.mark.timeout(LONGEST_S)
@pytest.mark.skipif(not IMAGES, reason="needs an image (make image ARCH=amd64)")
@pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="needs QEMU (make image-test)")
def test_it_takes_what_is_good_and_a_cut_anywhere_leaves_a_system_that_starts(tmp_path: Path) -> None:
    programs = {
        "renew.py": ["--image", str(IMAGES[-1]), "--patient", "--record", str(tmp_path)],
        "renew_cuts.py": ["--record", str(tmp_path), "--states", "200", "--starts", "25"],
    }
    for program, words in programs.items():
        log = tmp_path / f"{program}.log"
        command = [sys.executable, str(ROOT / "tests/image" / program), *words, "--log", str(log)]
        done = subprocess.run(command, check=False)
        assert done.returncode == 0, log.read_text("utf-8")
