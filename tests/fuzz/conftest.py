from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from lab.hostile_films import make_samples

COUNTS = pytest.StashKey[Counter[str]]()


@pytest.fixture(scope="session", autouse=True)
def _zzuf() -> None:
    if shutil.which("zzuf") is None:
        pytest.skip("zzuf is not installed: image-build/bootstrap.sh test")


@pytest.fixture(scope="session")
def fuzzed(pytestconfig: pytest.Config) -> Callable[[str, int], None]:
    """Call it with the fuzzer's name and how many inputs it made; the sums stand at the end of the run."""
    counts = pytestconfig.stash.setdefault(COUNTS, Counter())

    def count(fuzzer: str, inputs: int) -> None:
        counts[fuzzer] += inputs

    return count


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """How many, of each fuzzer and in all; as JSON where ``MATINEE_FUZZED`` says (tests/bench/fuzz.py)."""
    counts = config.stash.get(COUNTS, None)
    if not counts:
        return
    terminalreporter.section("fuzzed inputs")
    for fuzzer, inputs in sorted(counts.items()):
        terminalreporter.line(f"{fuzzer:30} {inputs:8}")
    terminalreporter.line(f"{'in all':30} {counts.total():8}")
    if into := os.environ.get("MATINEE_FUZZED"):
        Path(into).write_text(json.dumps(counts), "utf-8")


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Good films of every container."""
    return make_samples(tmp_path_factory.mktemp("samples"))
