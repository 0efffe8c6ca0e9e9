"""The ten figures of the README: promises of the benches, in words for who has never heard of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

README = Path(__file__).parents[2] / "README.md"
BEGIN, END = "<!-- figures: python tests/bench/report.py -->\n", "<!-- end of figures -->\n"

FIGURES = (
    ("From film to film on the projector, ms (mpv's own gap is its goal)", "player_changes",
     "mixed: median gap beside mpv's, ms"),
    ("The player killed, frozen, deadlocked 100 times: longest until the picture is back, s",
     "player_returns", "longest, s"),
    ("250 phones join at once: until the last has its page, s", "joining", "seconds until the last was in"),
    ("200 slow phones watch a film: p99 of the first page for the next guest, ms", "slow_phones",
     "p99 behind nginx, 200 phones, ms"),
    ("200 phones press for 20 prints in one second: p99 of the answer", "claims", "p99 told no, left alone"),
    ("Sign-ups a second on a card of 15 ms a flush, 16 phones, over raw SQLite", "signups",
     "portal, 16 phones at once, 15 ms a flush, times raw"),
    ("The same on this machine's fast disk", "signups", "portal, 16 phones at once, this disk, times raw"),
    ("A film fetched through 20 cuts, kills and stalls: speed over rclone", "fetch",
     "speed over rclone's, 20 cuts of all kinds"),
    ("A film sent to phones: CPU over nginx alone", "serving",
     "portal behind nginx (X-Accel), whole: CPU over nginx's"),
    ("Memory of all seven services, an evening with 50 phones, MB", "memory", "all services at once, MB"),
)  # fmt: skip


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """Markdown: ten lines, and when they were measured."""
    by_name = {result["bench"]: result for result in found}
    lines = ["| what | measured | goal |", "|---|---|---|"]
    for words, bench, what in FIGURES:
        goal = _goal(by_name, bench, what)
        behind = "" if goal["met"] else ": **behind**"
        lines.append(f"| {words} | {goal['measured']} | {goal['wanted']}{behind} |")
    days = sorted({by_name[bench]["at"][:10] for _, bench, _ in FIGURES})
    machine = by_name[FIGURES[0][1]]["machine"]
    when = days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}"
    every = [goal for result in found for goal in result.get("goals", ())]
    met = sum(goal["met"] for goal in every)
    lines += [
        "",
        f"*`make bench`, {when}; {machine}. {met} of all {len(every)} goals are met;",
        "[tests/bench/README.md](tests/bench/README.md) has every row, those behind their goal first.*",
    ]
    return "\n".join(lines) + "\n"


def _goal(by_name: Mapping[str, Mapping[str, Any]], bench: str, what: str) -> Mapping[str, Any]:
    for goal in by_name.get(bench, {}).get("goals", ()):
        if goal["what"] == what:
            found: Mapping[str, Any] = goal
            return found
    wrong = f"FIGURES of {Path(__file__).name} names a goal that {bench} has not: {what}"
    raise SystemExit(wrong)


def with_figures(readme: str, found: Sequence[Mapping[str, Any]]) -> str:
    """The README as the results say that it must read."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table(found)}{END}{after}"
