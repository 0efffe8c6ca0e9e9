"""Find the line of a TOML text that a path such as ``$.item[2].title`` speaks of."""

from __future__ import annotations

import re

_STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\[(\d+)\]")
_HEADER = re.compile(r"^\s*\[{1,2}\s*([A-Za-z0-9_.-]+)\s*\]{1,2}")


def steps(path: str) -> list[str | int]:
    """Split ``$.item[2].title`` into ``["item", 2, "title"]``."""
    return [name or int(index) for name, index in _STEP.findall(path)]


def line_of(text: str, path: str) -> int:
    """Line number, from 1, of the key that ``path`` names, or of the nearest thing around it."""
    wanted = steps(path)
    lines = text.split("\n")  # TOML knows no other end of a line
    start = _table_line(lines, wanted)
    keys = [step for step in wanted[1:] if isinstance(step, str)]
    for number in range(start, len(lines)):
        if number > start and _HEADER.match(lines[number]):
            break
        if keys and re.match(rf"\s*{re.escape(keys[0])}\s*=", lines[number]):
            return number + 1
    return start + 1 if lines else 1


def _table_line(lines: list[str], wanted: list[str | int]) -> int:
    if not wanted:
        return 0
    table = wanted[0]
    occurrence = wanted[1] if len(wanted) > 1 and isinstance(wanted[1], int) else 0
    seen = -1
    for number, line in enumerate(lines):
        header = _HEADER.match(line)
        if header and header.group(1) == table:
            seen += 1
            if seen == occurrence:
                return number
        if re.match(rf"\s*{re.escape(str(table))}\s*=", line):
            return number
    return 0
