"""README.md here says what the last runs found, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def test_the_page_of_figures_is_made_of_the_results(tmp_path: Path) -> None:
    script = "import sys; sys.path.insert(0, sys.argv[1]); import report; sys.stdout.write(report.readme())"
    made = subprocess.run(
        [sys.executable, "-c", script, HERE], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert made.stdout == (HERE / "README.md").read_text("utf-8"), "run: python tests/bench/report.py"
