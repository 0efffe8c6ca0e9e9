"""Everything that the benches found last, as one HTML page with plots: ``build/bench.html``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from plot import plots
from report import Goal, reason, results, sentence

PAGE = Path(__file__).parents[2] / "build" / "bench.html"
_LOOK = """
:root { color-scheme: light dark; --edge: #8886; --good: #2a7d4f; --bad: #b3402a; }
@media (prefers-color-scheme: dark) { :root { --good: #67c28d; --bad: #f08a72; } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: .85rem; } .wide { overflow-x: auto; }
th, td { border-bottom: 1px solid var(--edge); padding: .2rem .6rem; text-align: start; white-space: nowrap; }
li { margin: .1rem 0; } .met::marker { content: "✓ "; color: var(--good); }
.behind { color: var(--bad); } .behind::marker { content: "✗ "; }
svg { display: block; width: 100%; min-width: 32rem; max-width: 46rem; margin: .8rem 0;
  fill: currentColor; font-size: 12px; }
.name { font-weight: 600; } .rail { stroke: var(--edge); }
.spread { stroke: currentColor; stroke-width: 3; opacity: .45; }
.said { opacity: .75; font-size: .9rem; } summary { cursor: pointer; }
"""


def goals_of(result: Mapping[str, Any]) -> list[Goal]:
    """Its promises."""
    return [Goal(**goal) for goal in result.get("goals", ())]


def page(found: Sequence[Mapping[str, Any]]) -> str:
    """The page of these results."""
    goals = [goal for result in found for goal in goals_of(result)]
    behind = [(result, goal) for result in found for goal in goals_of(result) if not goal.met]
    lines = [
        f'<li class="behind"><a href="#{escape(result["bench"])}">{escape(result["title"])}</a>: '
        f"{escape(goal.what)}: {escape(goal.measured)}, goal {escape(goal.wanted)}."
        f" {escape(reason(result['bench'], goal.what))}</li>"
        for result, goal in behind
    ]
    head = (
        f"<h1>Matinee beside its peers</h1><p>{len(goals) - len(behind)} of {len(goals)} goals met."
        " Medians, with the least and the most beside them; peers in turn in one run on one machine.</p>"
    )
    left = f"<h2>Behind their goal</h2><ul>{''.join(lines)}</ul>" if lines else ""
    sections = "".join(_section(result) for result in found)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>Matinee beside its peers</title>'
        f"<style>{_LOOK}</style><main>{head}{left}{sections}</main></html>\n"
    )


def write() -> Path:
    """Make the page anew; where it lies."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(results()), "utf-8")
    return PAGE


def _section(result: Mapping[str, Any]) -> str:
    rows = result["rows"]
    columns = "".join(f"<th>{escape(column)}</th>" for column in rows[0])
    cells = "".join(
        f"<tr>{''.join(f'<td>{escape(_text(cell))}</td>' for cell in row.values())}</tr>" for row in rows
    )
    goals = "".join(
        f'<li class="{"met" if goal.met else "behind"}">{escape(sentence(goal))}</li>'
        for goal in goals_of(result)
    )
    notes = "<br>".join(map(escape, result["notes"]))
    drawn = "".join(plots(rows))
    return (
        f'<section id="{escape(result["bench"])}"><h2>{escape(result["title"])}</h2>'
        f'<p class="said">{escape(result["at"])}; {escape(result["machine"])};'
        f" <code>{escape(result['command'])}</code></p>"
        f'<ul>{goals}</ul><div class="wide">{drawn}</div>'
        '<details><summary>The table</summary><div class="wide">'
        f"<table><tr>{columns}</tr>{cells}</table></div></details>"
        f'<p class="said">{notes}</p></section>'
    )


def _text(cell: Any) -> str:  # noqa: ANN401 of JSON
    if cell is None:
        return "-"
    return f"{cell:.2f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)
