"""What a machine must have to build an image: it is asked, told where it can be told, and named where not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "image-build" / "image"))

import base

_TOLD = "told"
_ASK = f'[ -e "$(dirname "$0")/{_TOLD}" ]'


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with all tools, whose kernel does not know QEMU, as in a container."""
    for name in base.TOOLS:
        _lay(tmp_path / name, "exit 1")
    _lay(tmp_path / "arch-test", _ASK)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    return tmp_path


def _lay(program: Path, line: str) -> None:
    program.write_text(f"#!/bin/sh\n{line}\n", "ascii")
    program.chmod(0o755)


def test_a_kernel_that_was_not_told_of_another_processor_is_told(programs: Path) -> None:
    _lay(programs / "update-binfmts", f'echo "$*" >"$(dirname "$0")/{_TOLD}"')
    assert base.fault("arm64") == ""
    assert (programs / _TOLD).read_text() == "--enable qemu-aarch64\n"


def test_one_that_can_not_be_told_ends_the_build_with_what_helps(programs: Path) -> None:
    said = base.fault("arm64")
    assert "programs of arm64" in said
    assert "/proc/sys/fs/binfmt_misc" in said
    assert not (programs / _TOLD).exists()


def test_what_is_missing_is_named_with_the_command_that_brings_it(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "TOOLS", (*base.TOOLS, "no-such-tool"))
    (programs / _TOLD).touch()
    assert base.fault("arm64") == "missing here: no-such-tool; image-build/bootstrap.sh image installs them"
