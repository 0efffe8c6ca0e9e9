"""How the report's time and memory grow with the evenings: they must not both grow."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from report import Goal, report  # noqa: E402

from lab.hasty_folder import HastyFolder  # noqa: E402
from lab.season import Season  # noqa: E402
from provisioning.cloud.facts_duckdb import MEMORY  # noqa: E402

SIZES = (30, 200, 1000)
LONG = 3000
"""With ``--long``: ten minutes more."""
FLAT = 1.15
"""How much more memory five times the evenings may take, all in all: 1,000 over 200."""


def count(bucket: Path, cache: Path) -> None:
    """In a process of its own: one report, and what it took."""
    from provisioning.cloud.report import report as figures_of  # noqa: PLC0415

    began, used = time.perf_counter(), time.process_time()
    figures = figures_of(HastyFolder(bucket), cache)
    sys.stdout.write(
        json.dumps({
            "came": figures.groups.all.came,
            "wall_s": time.perf_counter() - began,
            "cpu_s": time.process_time() - used,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        })
    )  # fmt: skip


def main() -> None:
    """Measure each size on the same season's first evenings."""
    rows, peaks = [], {}
    sizes = SIZES[:2] if "--quick" in sys.argv else (*SIZES, *([LONG] if "--long" in sys.argv else []))
    for size, season, folder in _seasons(sizes):
        line = [sys.executable, __file__, "--count", f"{folder}/bucket", f"{folder}/cache"]
        found = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
        peaks[size] = found["peak_mb"]
        rows.append({
            "box-evenings": size, "facts": season.facts, "visits": found["came"],
            "seconds": round(found["wall_s"], 2), "CPU seconds": round(found["cpu_s"], 2),
            "peak MB": round(found["peak_mb"]),
        })  # fmt: skip
        sys.stderr.write(f"{rows[-1]}\n")
    report(
        "report_scale",
        "The report over more and more evenings",
        rows,
        [_flat(peaks, least, most) for least, most in ((200, 1000), (200, LONG)) if most in peaks],
        [f"DuckDB may fill {MEMORY} MB, the rest lies on disk; an empty report peaks at {peaks[0]:.0f} MB."],
    )


def _flat(peaks: dict[int, float], least: int, most: int) -> Goal:
    grown = peaks[most] / peaks[least]
    what = f"memory of {most:,} box-evenings over that of {least:,}"
    return Goal(what, f"<= {FLAT:g}", f"{grown:.2f}", grown <= FLAT)


def _seasons(sizes: Sequence[int]) -> Iterator[tuple[int, Season, str]]:
    """One season that grows: nothing, then each of ``sizes``."""
    with TemporaryDirectory() as folder:
        season, played = Season(HastyFolder(Path(folder) / "bucket"), seed=1), 0
        for size in (0, *sizes):
            season.play(size - played, played)
            played = size
            yield size, season, folder


if __name__ == "__main__":
    if sys.argv[1:2] == ["--count"]:
        count(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        main()
