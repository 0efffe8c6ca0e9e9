"""What a bench found, with its goals; and README.md, made of all that benches found."""

from __future__ import annotations

import json
import platform
import statistics
import sys
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import front_page
from table import RESULTS, Cell, publish, show

README = Path(__file__).parent / "README.md"
REASONS = Path(__file__).with_name("reasons.toml")

_HEAD = """\
# tests/bench/

How fast, how dear and how sparing, beside the best that others have, peers in turn in one run on one machine:
the ratios hold elsewhere, the absolute figures do not. Figures are medians, with the least and the most
beside them. `make bench` runs all of it and makes this page of `results/*.json`; what is behind its goal says
so.
"""


@dataclass(frozen=True)
class Goal:
    """One promise, and whether it was kept in this run."""

    what: str
    wanted: str
    measured: str
    met: bool


def report(
    name: str,
    title: str,
    rows: Sequence[Mapping[str, Cell]],
    goals: Sequence[Goal] = (),
    notes: Sequence[str] = (),
    *,
    whole: bool = True,
) -> None:
    """Print, write the JSON, and make README.md anew; of a run that was broken off, only print."""
    if not whole or "--quick" in sys.argv:
        show(
            f"{name}: {'a short look' if whole else 'broken off'}, not published",
            rows,
            [*map(sentence, goals), *notes],
        )
        return
    publish(name, rows, [*map(sentence, goals), *notes])
    path = RESULTS / f"{name}.json"
    command = " ".join(["python", f"tests/bench/{Path(sys.argv[0]).name}", *sys.argv[1:]])
    more = {"title": title, "command": command, "kernel": platform.release()}
    found = {
        **json.loads(path.read_text("utf-8")),
        **more,
        "goals": [asdict(goal) for goal in goals],
        "notes": list(notes),
    }
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    write()


def write() -> None:
    """Make this folder's README.md and the figures of the README at the top anew."""
    README.write_text(readme(), "utf-8")
    top = front_page.README.read_text("utf-8")
    front_page.README.write_text(front_page.with_figures(top, results()), "utf-8")


def results() -> list[dict[str, Any]]:
    """What each bench found last, by the name of the bench."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))]


def readme() -> str:
    """README.md as the results say that it must read: first what is behind its goal, then every bench."""
    found = results()
    return _HEAD + _behind(found) + "".join(_section(result) for result in found)


def behind_goals(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """A line for each goal that was missed, with the reason that is known."""
    return [
        f"{result['title']}: {sentence(Goal(**goal)).removesuffix(': BEHIND')}."
        f" {_sentence(reason(result['bench'], goal['what']))}"
        for result in found
        for goal in result.get("goals", ())
        if not goal["met"]
    ]


def middle(figures: Sequence[float], digits: int = 2) -> str:
    """Median and spread, as ``2.10 (1.90-2.40)``."""
    low, mid, high = min(figures), statistics.median(figures), max(figures)
    return f"{mid:.{digits}f} ({low:.{digits}f}-{high:.{digits}f})"


def at_least(what: str, figures: Sequence[float], wanted: float) -> Goal:
    """A goal that the median must reach."""
    median = statistics.median(figures)
    return Goal(what, f">= {wanted:g}", f"{median:.2f}", median >= wanted)


def at_most(what: str, figures: Sequence[float], wanted: float) -> Goal:
    """A goal that the median must not pass."""
    median = statistics.median(figures)
    return Goal(what, f"<= {wanted:g}", f"{median:.3f}", median <= wanted)


def sentence(goal: Goal) -> str:
    """One line for people."""
    return f"{goal.what}: {goal.measured}, goal {goal.wanted}{'' if goal.met else ': BEHIND'}"


def reason(bench: str, what: str) -> str:
    """Why that goal was missed, as reasons.toml says; empty if nobody said."""
    listed = tomllib.loads(REASONS.read_text("utf-8"))["reason"]
    fits = [one["why"] for one in listed if one["bench"] == bench and what.startswith(one["goal"])]
    return str(fits[0]) if fits else ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}." if words else "Why is not known."


def _behind(found: Sequence[Mapping[str, Any]]) -> str:
    every = sum(len(result.get("goals", ())) for result in found)
    lines = behind_goals(found)
    met = f"{every - len(lines)} of {every} goals are met. These are not:"
    return f"\n## Behind their goal\n\n{met}\n\n" + "".join(f"- {line}\n" for line in lines)


def _section(result: Mapping[str, Any]) -> str:
    rows = result["rows"]
    columns = list(rows[0])
    lines = [columns, ["---"] * len(columns), *([_text(row[column]) for column in columns] for row in rows)]
    goals = [f"- {sentence(Goal(**goal))}" for goal in result.get("goals", ())]
    command = f"; `{result['command']}`" if "command" in result else ""
    parts = [
        f"\n## {result.get('title', result['bench'])}\n",
        f"{result['at']}; {result['machine']}{command}\n",
        "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n",
    ]
    if goals:
        parts.append("\n".join(goals) + "\n")
    if result["notes"]:
        parts.append("\n".join(result["notes"]) + "\n")
    return "\n".join(parts)


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


if __name__ == "__main__":
    write()
