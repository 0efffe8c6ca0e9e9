"""Settings of one run: ``run/override.toml``, which wins over the organiser's ``config.toml``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cache.durable import write_whole

Value = str | bool | int | float | list[str]
Tables = Mapping[str, Mapping[str, Value]]


def toml_of(tables: Tables) -> str:
    """Return ``tables`` as TOML, where JSON's strings, numbers, truth values and lists mean the same."""
    lines: list[str] = ["# Written by `matinee dev` for this one run; it goes with the run folder."]
    for table, values in tables.items():
        lines += ["", f"[{table}]"]
        lines += [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in values.items()]
    return "\n".join([*lines, ""]).replace("\x7f", "\\u007f")


def write_override(path: Path, tables: Tables) -> None:
    """Replace the file at ``path``, readable by its owner only: it holds the box's bucket key."""
    write_whole(path, toml_of(tables).encode(), 0o600)
