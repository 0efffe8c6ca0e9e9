"""What keeps `matinee dev` from opening the house: one sentence, exit 1, nothing left running."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from appliance.dev.premises import only_dev
from appliance.paths import Paths, Service
from appliance.store.database import Database


def dev(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "appliance", "dev", "--root", str(root), *words],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = dev(tmp_path, "--port", str(port - 1))
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} is in use by another program. Stop it, or choose another with --port.\n"
    )
    assert not (tmp_path / "dev").exists(), "nothing was begun"


def test_a_second_one_on_the_same_root_is_refused(tmp_path: Path) -> None:
    with only_dev(Paths(tmp_path).ensure()):
        done = dev(tmp_path)
    assert done.returncode == 1
    assert done.stderr == (
        f"`matinee dev` is already running here (process {os.getpid()})."
        " Stop it first, or use another --root.\n"
    )


def test_without_libvlc_the_exact_packages_are_named(tmp_path: Path) -> None:
    (tmp_path / "vlc.py").write_text("raise OSError('libvlc.so.5: cannot open shared object file')\n")
    done = dev(tmp_path / "root", "--port", "18990", PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "libvlc5 vlc-plugin-base vlc-plugin-video-output" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_root_that_can_not_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = dev(tmp_path / "file" / "root")
    assert done.returncode == 1
    assert f"{tmp_path}/file/root can not be written" in done.stderr


def test_an_evening_does_not_play_itself_over_somebodys_box(tmp_path: Path) -> None:
    paths = Paths(tmp_path).ensure()
    Database.open_owner(paths.database(Service.SHOW), Service.SHOW).close()
    done = dev(tmp_path, "--evening")
    assert done.returncode == 1
    assert f"A box already runs, or ran, in {tmp_path}" in done.stderr
