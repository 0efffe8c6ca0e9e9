"""Run the benches: each file here with a ``main()``. ``run.py NAME...`` runs those whose name has one in it.

A bench takes ``--quick`` for a short look. It is a program of its own, so that one never warms up another.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(words: list[str]) -> int:
    options = [word for word in words if word.startswith("-")]
    names = [word for word in words if not word.startswith("-")]
    failed = 0
    for bench in sorted(HERE.glob("*.py")):
        wanted = not names or any(name in bench.stem for name in names)
        if wanted and bench.stem not in {"run", "report"} and "def main(" in bench.read_text("utf-8"):
            failed += subprocess.run([sys.executable, str(bench), *options], check=False).returncode != 0
    report = [sys.executable, str(HERE / "report.py")]
    return 1 if failed or subprocess.run(report, check=False).returncode else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
