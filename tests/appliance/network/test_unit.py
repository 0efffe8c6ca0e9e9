from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

UNIT = Path(__file__).parents[3] / "systemd" / "matinee-network.service"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_knows_every_word_of_the_unit() -> None:
    command = ["systemd-analyze", "verify", "--man=no", str(UNIT)]
    said = subprocess.run(command, capture_output=True, text=True, check=False).stderr
    ours = [line for line in said.splitlines() if "matinee" in line and "not executable" not in line]
    assert ours == []


def test_programs_outlive_a_restart_and_a_stop_takes_all_away() -> None:
    lines = UNIT.read_text("utf-8").splitlines()
    assert "KillMode=process" in lines
    after = [line for line in lines if line.startswith("ExecStopPost=-")]
    assert [line.endswith("appliance.network.clear") for line in after] == [True]
