"""`make run` on a bare machine: what is missing is named exactly, and nothing is half done."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield a folder that everybody may enter: pytest's own are private, and this runs as nobody."""
    with tempfile.TemporaryDirectory(prefix="matinee-bare-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture
def clone(place: Path) -> Path:
    """Return a repository with what the bootstrap reads, and a package in its list that exists nowhere."""
    clone = place / "clone"
    shutil.copytree(REPOSITORY / "image-build", clone / "image-build")
    shutil.copy(REPOSITORY / "pyproject.toml", clone)
    names = clone / "image-build" / "debian-packages.txt"
    names.write_text(
        "[run]\nbash # is there\nno-such-matinee | nor-such-matinee\n[test]\nnone-for-tests\n", "utf-8"
    )
    return clone


@pytest.fixture
def tools(place: Path) -> Path:
    """Return a folder with this machine's commands, but for sudo and every Python."""
    tools = place / "tools"
    tools.mkdir()
    for command in Path("/usr/bin").iterdir():
        if not command.name.startswith(("python", "sudo")):
            (tools / command.name).symlink_to(command)
    return tools


def bootstrap(clone: Path, path: str, group: str, **environment: str) -> subprocess.CompletedProcess[str]:
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    return subprocess.run(
        [str(clone / "image-build" / "bootstrap.sh"), group],
        env={"PATH": path, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **as_nobody,
    )


def python_of(folder: Path, words: str, status: int) -> Path:
    folder.mkdir()
    script = folder / "python3"
    script.write_text(f"#!/bin/sh\n[ $1 = -V ] && echo {words}\nexit {status}\n")
    script.chmod(0o755)
    return folder


def test_without_root_or_sudo_the_exact_packages_are_named_in_one_line(
    clone: Path, tools: Path, place: Path
) -> None:
    new = python_of(place / "new", "Python 3.13.5", 0)
    told = bootstrap(clone, f"{new}:{tools}", "run")
    assert told.returncode == 1
    lines = told.stderr.splitlines()
    assert lines[-1].strip() == "apt-get install --no-install-recommends no-such-matinee"
    assert len(lines) == 2
    assert not (clone / ".venv").exists()


def test_packages_for_tests_come_on_top_of_those_to_run(clone: Path, tools: Path, place: Path) -> None:
    new = python_of(place / "new", "Python 3.13.5", 0)
    told = bootstrap(clone, f"{new}:{tools}", "test")
    assert told.stderr.splitlines()[-1].split()[-2:] == ["no-such-matinee", "none-for-tests"]


def test_an_old_python_is_named_before_anything_is_installed(clone: Path, tools: Path, place: Path) -> None:
    old = python_of(place / "old", "Python 3.9.2", 1)
    told = bootstrap(clone, f"{old}:{tools}", "run", PYTHON="python3")
    assert told.returncode == 1
    assert f"needs Python 3.11 or newer; here is Python 3.9.2 at {old}/python3" in told.stderr


def test_a_machine_without_dpkg_is_told_what_is_needed(clone: Path, tools: Path, place: Path) -> None:
    (tools / "dpkg-query").unlink()
    new = python_of(place / "new", "Python 3.13.5", 0)
    told = bootstrap(clone, f"{new}:{tools}", "run")
    assert told.returncode == 1
    assert "this is not Debian" in told.stderr
    assert "no-such-matinee" in told.stderr


def test_a_wrong_word_is_answered_with_the_usage(clone: Path, tools: Path) -> None:
    told = bootstrap(clone, str(tools), "walk")
    assert told.returncode == 2
    assert told.stderr == "usage: image-build/bootstrap.sh run|test|bench|image\n"
