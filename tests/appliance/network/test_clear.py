"""What a stop could not take away is remembered, and taken away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from appliance.clock import HeldClock
from appliance.errors import MatineeError
from appliance.network.child import Child
from appliance.network.clear import is_due, stopping
from appliance.network.radio_hostapd import stop_left
from appliance.paths import Paths
from appliance.runtime.pidfd import has_ended
from lab.staff_room import until

HOSTAPD = "/usr/sbin/hostapd"


def test_after_a_stop_that_failed_the_rest_is_cleared_and_after_a_crash_it_is_not(paths: Paths) -> None:
    assert not is_due(paths, "exit-code")
    with stopping(paths):
        assert is_due(paths, "exit-code")
    assert not is_due(paths, "signal")
    assert is_due(paths, "success")
    with pytest.raises(MatineeError), stopping(paths):
        raise MatineeError("network.refused", program="it", fault="busy")
    assert is_due(paths, "exit-code")


@pytest.mark.skipif(not Path(HOSTAPD).exists(), reason="needs hostapd")
def test_an_access_point_that_was_left_is_ended(tmp_path: Path) -> None:
    settings = tmp_path / "hostapd.conf"
    settings.write_text("input()\n", "utf-8")
    command = [HOSTAPD, str(settings)]  # by its name and words; no radio here would let the real one live
    with subprocess.Popen(command, executable=sys.executable, stdin=subprocess.PIPE) as left:
        handle = os.pidfd_open(left.pid)
        settings.with_suffix(".pid").write_text(str(left.pid), "ascii")
        until(lambda: Path(f"/proc/{left.pid}/cmdline").read_bytes() != b"")
        stop_left(tmp_path, HeldClock())
        try:
            assert has_ended(handle, 5)
        finally:
            os.close(handle)
            left.kill()
    assert not settings.with_suffix(".pid").exists()


def test_a_program_whose_words_can_not_be_read_leaves_no_handle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "it.conf"
    settings.with_suffix(".pid").write_text(str(os.getpid()), "ascii")

    def gone(_: Path) -> bytes:
        raise ProcessLookupError

    monkeypatch.setattr(Path, "read_bytes", gone)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert not Child(["it", str(settings)], settings, HeldClock()).running
    assert len(list(Path("/proc/self/fd").iterdir())) == before
