"""Run the benches: each file here with a ``main()``. ``run.py NAME...`` runs those whose name has one in it.

A bench takes ``--quick`` for a short look. It is a program of its own, so that one never warms up another. In
the end: what is behind its goal, and a page with plots, ``build/bench.html``. What is behind is said and is
no failure; a bench that can not run is one.
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from page import write as write_page  # noqa: E402 the path is made above
from report import behind_goals, results, write  # noqa: E402 as above

LONG = {"fuzz", "hour"}
"""Only when asked for by name: each takes about an hour."""


def benches(names: list[str]) -> list[Path]:
    """Those whose name has one of ``names`` in it; without names, all that do not take an hour."""
    programs = [path for path in sorted(HERE.glob("*.py")) if "\ndef main(" in path.read_text("utf-8")]
    programs = [path for path in programs if path.name != "run.py"]
    if names:
        return [path for path in programs if any(name in path.stem for name in names)]
    return [path for path in programs if path.stem not in LONG]


def arguments(words: list[str]) -> argparse.Namespace:
    """What was asked for; ``--help`` lists the benches with what they measure."""
    lines = [f"  {path.stem:16} {_first_line(path)}" for path in (*benches([]), *benches(sorted(LONG)))]
    parser = argparse.ArgumentParser(
        prog="make bench ARGS=",
        description="Measure beside the best that others have.",
        epilog="\n".join(["benches:", *lines, f"\nOnly when named: {', '.join(sorted(LONG))}."]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="those with this in their name (default: all)"
    )
    parser.add_argument("--quick", action="store_true", help="a short look: its figures are printed only")
    return parser.parse_args(words)


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]


def main(words: list[str]) -> int:
    """Run, and say what is behind; 1 if a bench could not run, 2 if there is none of that name."""
    asked = arguments(words)
    options = ["--quick"] if asked.quick else []
    wanted = benches(asked.names)
    if not wanted:
        sys.stderr.write(f"There is no bench named {' or '.join(asked.names)}: --help lists them.\n")
        return 2
    failed = [
        bench.stem
        for bench in wanted
        if subprocess.run([sys.executable, str(bench), *options], check=False).returncode
    ]
    write()
    behind = behind_goals([result for result in results() if result["bench"] in {one.stem for one in wanted}])
    lines = (
        ["", f"{len(behind)} behind their goal:", *(f"  {line}" for line in behind)]
        if behind
        else ["", "Every goal is met."]
    )
    if failed:
        lines.append(f"Could not run: {', '.join(failed)}")
    sys.stdout.write("\n".join([*lines, f"With plots: {write_page()}", ""]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
