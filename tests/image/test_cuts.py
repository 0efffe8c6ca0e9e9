"""Two hundred cold cuts of the image in QEMU; `make image` comes before it, and it takes many hours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMAGES = sorted(ROOT.glob("build/matinee-*-amd64.img"))
LONGEST_S = 48 * 3600.0


@pytest.mark.soak
@pytest.mark.timeout(LONGEST_S)
@pytest.mark.skipif(not IMAGES, reason="needs an image (make image ARCH=amd64)")
@pytest.mark.skipif(shutil.which("qemu-system-x86_64") is None, reason="needs QEMU (make image-test)")
def test_it_comes_back_after_every_cut_and_no_pass_is_lost(tmp_path: Path) -> None:
    log = tmp_path / "cuts.log"
    command = [sys.executable, str(ROOT / "tests/image/cuts.py"), "--image", str(IMAGES[-1])]
    done = subprocess.run([*command, "--rounds", "200", "--log", str(log)], check=False)
    assert done.returncode == 0, log.read_text("utf-8")
