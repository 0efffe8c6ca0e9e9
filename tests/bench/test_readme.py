"""The pages of figures say what the last runs found, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
TOP = HERE.parents[1] / "README.md"
RESULTS = sorted((HERE / "results").glob("*.json"))

TOP_AGAIN = (
    "import report, front_page as f;"
    " sys.stdout.write(f.with_figures(open(sys.argv[2]).read(), report.results()))"
)


def made(words: str, tmp_path: Path, readme: Path = TOP) -> str:
    script = f"import sys; sys.path.insert(0, sys.argv[1]); {words}"
    done = subprocess.run(
        [sys.executable, "-c", script, HERE, readme], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_the_page_of_figures_is_made_of_the_results(tmp_path: Path) -> None:
    written = made("import report; sys.stdout.write(report.readme())", tmp_path)
    assert written == (HERE / "README.md").read_text("utf-8"), "run: python tests/bench/report.py"


def test_the_ten_figures_of_the_readme_are_made_of_the_results(tmp_path: Path) -> None:
    written = made(TOP_AGAIN, tmp_path)
    assert written == TOP.read_text("utf-8"), "run: python tests/bench/report.py"
    table = written.partition("<!-- figures")[2].partition("<!-- end of figures")[0]
    assert sum(line.startswith("| ") for line in table.splitlines()) == 11


def test_a_figure_that_was_changed_by_hand_is_noticed(tmp_path: Path) -> None:
    changed = tmp_path / "README.md"
    before, figures, after = TOP.read_text("utf-8").partition("| measured | goal |")
    changed.write_text(before + figures + after.replace("| 1", "| 7", 1), "utf-8")
    assert made(TOP_AGAIN, tmp_path, changed) == TOP.read_text("utf-8") != changed.read_text("utf-8")


@pytest.mark.parametrize("path", RESULTS, ids=lambda path: path.stem)
def test_what_is_published_is_a_whole_run_with_its_machine_and_command(path: Path) -> None:
    result = json.loads(path.read_text("utf-8"))
    assert "--quick" not in result["command"]
    assert result["at"]
    assert result["machine"]
    assert result["rows"]
    assert result["goals"]


def test_whatever_is_behind_says_why_and_no_reason_is_left_over() -> None:
    listed = tomllib.loads((HERE / "reasons.toml").read_text("utf-8"))["reason"]
    goals = [(path.stem, goal) for path in RESULTS for goal in json.loads(path.read_text("utf-8"))["goals"]]
    for bench, goal in goals:
        fits = [one for one in listed if one["bench"] == bench and goal["what"].startswith(one["goal"])]
        assert goal["met"] or len(fits) == 1, (bench, goal["what"])
    for one in listed:
        missed = [bench for bench, goal in goals if not goal["met"] and goal["what"].startswith(one["goal"])]
        assert one["bench"] in missed, f"no goal misses for this reason any more: {one}"


def test_the_page_with_plots_has_every_bench_every_goal_and_what_is_behind(tmp_path: Path) -> None:
    page = made("import page, report; sys.stdout.write(page.page(report.results()))", tmp_path)
    results = [json.loads(path.read_text("utf-8")) for path in RESULTS]
    goals = [goal for result in results for goal in result["goals"]]
    assert page.count("<section ") == len(results)
    assert page.count("<svg ") > len(results)
    assert page.count('class="met"') == sum(goal["met"] for goal in goals)
    assert page.count('class="behind"') == 2 * sum(not goal["met"] for goal in goals)
