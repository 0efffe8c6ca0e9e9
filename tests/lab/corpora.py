"""Bad input that nobody here wrote: the test files of other projects, from their source packages."""

from __future__ import annotations

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest


def source_package(name: str, version: str, folder: Path) -> Path:
    """Download and unpack one; the test is skipped where no package index can be reached."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
    done = subprocess.run(
        [*command, "--dest", str(folder), f"{name}=={version}"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode != 0:
        pytest.skip(f"{name} {version} can not be downloaded: {done.stderr.strip()[-200:]}")
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    archive.unlink()
    return folder
