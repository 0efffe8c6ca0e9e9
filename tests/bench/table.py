"""A bench's result: a table for people, JSON for machines."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"

Cell = str | int | float | None


def publish(name: str, rows: Sequence[Mapping[str, Cell]], notes: Sequence[str] = ()) -> None:
    """Print ``rows``, which have the same keys, and write them into ``results/<name>.json``."""
    show(name, rows, notes)
    RESULTS.mkdir(exist_ok=True)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    found = {"bench": name, "at": datetime.now(UTC).isoformat(timespec="seconds"), "machine": machine}
    document = {**found, "rows": rows, "notes": list(notes)}
    (RESULTS / f"{name}.json").write_text(json.dumps(document, indent=1) + "\n", "utf-8")


def show(name: str, rows: Sequence[Mapping[str, Cell]], notes: Sequence[str] = ()) -> None:
    """Print ``rows``, which have the same keys."""
    if not rows:
        sys.stdout.write(f"\n{name}\n")
        return
    columns = list(rows[0])
    lines = [columns, *([_text(row[column]) for column in columns] for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(columns))]
    out = [
        f"\n{name}",
        *("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in lines),
    ]
    sys.stdout.write("\n".join([*out, *(f"  {note}" for note in notes), ""]))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` per cent are not above; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share / 100 * (len(ordered) - 1)))] if ordered else 0.0


def _text(cell: Cell) -> str:
    if cell is None:
        return "-"
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)
