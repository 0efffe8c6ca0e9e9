"""Broken and hostile input, at least ten thousand of it: what crashes, what hangs.

``python tests/bench/fuzz.py``. Runs the long form of every fuzzer of tests/fuzz: Hypothesis and atheris on
all that reads what strangers wrote, schemathesis on the API's own description, zzuf on films for the probe
and the player, and other projects' odd files. What one finds is kept in tests/fuzz/found and tried again by
`make test`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent), str(HERE)]

from report import Goal, report  # noqa: E402 the path is made above
from table import Cell  # noqa: E402 as above

LEAST = 10_000
_HUNG = re.compile(r"timeout|Timeout|for ever")


def main() -> None:
    """Run them all and publish."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as place:
        counts = Path(place) / "counts.json"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-m", "soak", "--timeout=5400", "-q", "-rf"),
                HERE.parent / "fuzz",
                *(word for word in sys.argv[1:] if word != "--quick"),
            ],
            env={**os.environ, "MATINEE_FUZZED": str(counts)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        sys.stdout.write(done.stdout[-20_000:])
        inputs: dict[str, int] = json.loads(counts.read_text("utf-8")) if counts.is_file() else {}
    failed = re.findall(r"^FAILED .*$", done.stdout, re.MULTILINE)
    hangs = sum(_HUNG.search(line) is not None for line in failed)
    crashes = len(failed) - hangs
    rows: list[dict[str, Cell]] = [
        {"fuzzer": fuzzer, "inputs": count} for fuzzer, count in sorted(inputs.items())
    ]
    whole = sum(inputs.values())
    report(
        "fuzz",
        "Broken and hostile input",
        rows,
        [
            Goal("inputs", f">= {LEAST}", str(whole), whole >= LEAST),
            Goal("fuzzers that found a crash", "0", str(crashes), crashes == 0),
            Goal("fuzzers that found a hang", "0", str(hangs), hangs == 0),
        ],
        (
            f"In {(time.monotonic() - began) / 60:.0f} minutes.",
            "A crash: whatever is no refusal with a sentence.",
        ),
        whole=done.returncode in {0, 1} and len(inputs) > 0,
    )


if __name__ == "__main__":
    main()
