"""What strangers wrote is taken or refused with a sentence: by chance, by coverage, what was found once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.strangers import TARGETS

HERE = Path(__file__).parent
ATHERIS = "atheris==3.0.0"
RUNS = 1000
"""Of libFuzzer, for each target."""
SLOWEST_S = 10.0

Fuzzed = Callable[[str, int], None]

_SPLINTERS = st.binary(max_size=6) | st.sampled_from(
    [
        b"\0",
        b"\xff\xfe",
        b'"',
        b"[" * 2000,
        b"9" * 5000,
        b"\r",
        "\u00b2\u0663\u202e".encode(),
        b"-1",
        b"1e999",
        b"%00",
    ]
)


@st.composite
def harmed(draw: st.DrawFn, seeds: tuple[bytes, ...]) -> bytes:
    """A seed with pieces cut out, put in twice, or replaced by splinters."""
    content = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 40)))
        piece = draw(st.just(b"") | st.just(content[start:end] * 2) | _SPLINTERS)
        content = content[:start] + piece + content[end:]
    return content


def try_many(name: str, examples: int) -> int:
    """Hypothesis' inputs to one target, how many there were; a hang is one that took very long."""
    tried = 0

    @settings(max_examples=examples)
    @given(brought=harmed(TARGETS[name].seeds) | st.binary(max_size=200))
    def one(brought: bytes) -> None:
        nonlocal tried
        tried += 1
        began = time.monotonic()
        TARGETS[name].take(brought)
        assert time.monotonic() - began < SLOWEST_S

    one()
    return tried


@pytest.mark.parametrize("name", TARGETS)
def test_what_strangers_wrote_is_taken_or_refused_with_a_sentence(name: str, fuzzed: Fuzzed) -> None:
    fuzzed("Hypothesis", try_many(name, 25))


@pytest.mark.parametrize(
    "found", sorted((HERE / "found").rglob("*.bin")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_what_a_fuzzer_found_once_is_no_finding_any_more(found: Path) -> None:
    TARGETS[found.parent.name].take(found.read_bytes())


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", TARGETS)
def test_a_hundred_harmed_inputs(name: str, fuzzed: Fuzzed) -> None:
    fuzzed("Hypothesis", try_many(name, 120))


@pytest.fixture(scope="module")
def atheris(pytestconfig: pytest.Config) -> Path:
    """A folder with it, made once: 130 MB that nothing else here needs."""
    assert pytestconfig.cache is not None
    place = Path(pytestconfig.cache.mkdir("atheris")) / "site"
    if not (place / "atheris").is_dir():
        command = [sys.executable, "-m", "pip", "install", "-q", "--target", str(place), ATHERIS]
        if subprocess.run(command, check=False).returncode:
            pytest.skip("atheris can not be had: no package index, or no wheel for this Python")
    return place


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_inputs_that_reach_ever_more_of_our_lines(atheris: Path, tmp_path: Path, fuzzed: Fuzzed) -> None:
    environment = {**os.environ, "PYTHONPATH": f"{HERE.parents[1]}:{HERE.parent}:{atheris}"}
    done = subprocess.run(
        [sys.executable, "-m", "fuzz.libfuzzer", str(RUNS), tmp_path],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert [line.rsplit(" ", 1)[0] for line in done.stdout.splitlines()] == list(TARGETS)
    findings = []
    for number, name in enumerate(TARGETS):
        log = (tmp_path / f"{number}.log").read_text("utf-8", "replace")
        ended = re.search(r"^Done (\d+) ", log, re.MULTILINE)
        fuzzed("atheris (libFuzzer)", int(ended[1]) if ended else 0)
        if ended is None or any(path.is_file() for path in (tmp_path / str(number)).iterdir()):
            findings.append(f"{name}:\n{log[-2500:]}")
    assert not findings, "\n\n".join(findings)
