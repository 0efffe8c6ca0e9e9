"""A whole evening in a network of its own without any way out: not a name is asked, and nothing is missed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lab.free_port import free_pair

pytestmark = [pytest.mark.soak, pytest.mark.e2e, pytest.mark.timeout(1800)]

ALONE = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("ip") is None, reason="needs root and iproute2")
def test_an_evening_is_played_to_its_end_with_no_internet_at_all(tmp_path: Path) -> None:
    box = [sys.executable, "-m", "appliance", "dev", "--evening", "--root", str(tmp_path / "box")]
    done = subprocess.run(
        [*ALONE, *box, "--port", str(free_pair())], capture_output=True, text=True, timeout=1500, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "In the bucket:" in done.stdout
