"""Google's atheris (libFuzzer) on every target, guided by which of our lines an input reaches.

``python -m fuzz.libfuzzer RUNS FOLDER`` with atheris on the path: for each target it prints ``NAME STATUS``,
and leaves libFuzzer's own words in ``FOLDER/NUMBER.log`` and what it found in ``FOLDER/NUMBER/``. Our modules
are instrumented once; each target then has a child of its own, which a finding ends.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["appliance", "cache", "provisioning"]):
    from fuzz.strangers import TARGETS, Target

LONGEST_S = 10
"""An input that takes longer hangs."""
MOST_MB = 1500


def main(runs: str, folder: str) -> None:
    """All of them, one after the other."""
    for number, (name, target) in enumerate(TARGETS.items()):
        place = Path(folder) / str(number)
        (place / "seeds").mkdir(parents=True)
        for count, seed in enumerate(target.seeds):
            (place / "seeds" / str(count)).write_bytes(seed)
        child = os.fork()
        if child == 0:
            _fuzz(target, int(runs), place)
        _, status = os.waitpid(child, 0)
        print(name, os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 told to whoever started us


def _fuzz(target: Target, runs: int, place: Path) -> None:
    log = os.open(place.with_suffix(".log"), os.O_WRONLY | os.O_CREAT, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    options = {
        "atheris_runs": runs,
        "timeout": LONGEST_S,
        "rss_limit_mb": MOST_MB,
        "max_len": 4096,
        "artifact_prefix": f"{place}/",
    }
    words = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(place / "seeds")]
    atheris.Setup(words, target.take)
    atheris.Fuzz()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
