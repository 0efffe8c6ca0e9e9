"""The camera contract on the real picamera2, over libcamera's virtual pipeline: the optional tier."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TIER = Path(__file__).with_name("picamera.py")


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_the_real_picamera2_keeps_the_camera_contract() -> None:
    if os.geteuid() != 0 or shutil.which("mmdebstrap") is None:
        pytest.skip("wants root and mmdebstrap: Debian trixie's libcamera lives in a folder of its own")
    ran = subprocess.run([sys.executable, TIER], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-3000:]
    assert " passed" in ran.stdout
